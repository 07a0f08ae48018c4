// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/convert/tokenizer/pre_tokenizer.h"

namespace snug::convert {

const std::vector<std::string> &sampleTexts()
{
    static const std::vector<std::string> kTexts = {
        // conversion/base.py, chktxt
        "\n \n\n \n\n\n \t \t\t \t\n  \n   \n    \n     \n\U0001f680 (normal) \U0001f636"
        "\u200d\U0001f32b\ufe0f (multiple emojis concatenated) \u2705 \U0001f999"
        "\U0001f999 3 33 333 3333 33333 333333 3333333 33333333 3.3 3..3 3...3 ក\u17b6ន"
        "\u17cbត\u17c2ព\u17b7ស\u17c1សអ\u17b6ច\U0001f601 ?我想在apple工作1314151天～ ------======"
        "= нещо на Български ''''''```````\"\"\"\"......!!!!!!?????? I've been 'told he's"
        " there, 'RE you sure? 'M not sure I'll make it, 'D you like some tea? We'Ve a'lL",
        " ",
        "   leading and   inner    spaces ",
        "\n\n\nlines\n\n  indented\n\ttabbed\r\n\r\nand carriage returns\r",
        "don't DON'T I'm we'll WE'LL they've it's 'quoted' O'Neill's",
        "1 12 123 1234 12345 123456 1234567 12345678 0x1F 3.14e-10 1,234,567.89",
        "x1y22z333 a1b 7days \u21165 ½ ٣٤٥ १२३ Ⅷ ²",
        "!!! ... ??? --- === ,,, ;;; ::: ((( ))) [[[ ]]] {{{ }}}",
        " !a .b ,c (d) [e] {f} <g> \"h\" #i $j %k &l *m +n =o @p ^q |r ~s `t",
        "for (int i = 0; i < n; ++i) {\n    x[i] += 'a';\n}\n",
        "CamelCaseWords SHOUTING_snake_case kebab-case HTTPServer2Go iPhone eBay McDonald",
        "Ünïcödé Größe Ñandú œuvre Ærø Ǆungla",
        "Привет, мир! ДОБРЫЙ день Українська",
        "Γειά σου Κόσμε ΑΒΓαβγ",
        "我想在apple工作1314151天～ 你好，世界。今天天气很好！",
        "日本語のテキスト カタカナ ひらがな 한국어 문장입니다 조선말",
        "ไทย ภาษาไทยไม\u0e48ม\u0e35ช\u0e48องว\u0e48าง ລາວ ភ\u17b6ស\u17b6ខ\u17d2ម\u17c2រ မ"
        "\u103cန\u103aမ\u102c",
        "العربية مرحبا بالعالم עברית שלום עולם",
        "ह\u093fन\u094dद\u0940 नमस\u094dत\u0947 द\u0941न\u093fय\u093e தம\u0bbfழ\u0bcd ব"
        "\u09be\u0982ল\u09be",
        "\U0001f44d\U0001f3fd \U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 "
        "\U0001f1e9\U0001f1ea \U0001f600\U0001f600 \u2705 \u2764\ufe0f",
        "a\u00a0b\u2003c\u200bd\u200de\ufefff\u3000g",
        "¡Hola! ¿Qué tal? «Bonjour» „Guten Tag“ — – … ‘x’ “y”",
        "https://example.org/a/b?c=d&e=f#g user@example.org C:\\dir\\file.txt /usr/bin/en"
        "v",
        "a/b //comment /* c */ \\n \\t <|user|> </s> <b>bold</b>",
        "é is not here: é è ê ç ñ õ ü å",
        "क\u094dष กำ x\u0301\u0302 ᄀ",
    };
    return kTexts;
}

} // namespace snug::convert
