// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/math_text.h"

#include "core/chat/math_box.h"
#include "core/chat/math_symbols.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace snug::chat {
namespace {

constexpr int kMostDepth = 24;
constexpr std::string_view kTextNames =
    " text textrm textit textbf textsf texttt mathrm mathbf mathit mathsf "
    "mathtt operatorname boldsymbol bm pmb hbox mbox mathop mathbin mathrel "
    "underbrace overbrace boxed phantom cancel tag label ";

bool isLetter(char c)
{
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

bool isDigit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

std::size_t characterLength(std::string_view text)
{
    std::size_t length = 1;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80)
        ++length;
    return length;
}

bool isNumber(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return isDigit(c) || c == '.'; });
}

bool isOneBracket(std::string_view text)
{
    int open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        open += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
        if (open == 0)
            return i > 0 && i + 1 == text.size();
    }
    return false;
}

// Whether something can be put before or below a stroke without brackets.
bool isNumerator(std::string_view text)
{
    return isOneBracket(text) || text.find_first_of(" +-=<>/,") == std::string_view::npos;
}

bool isDenominator(std::string_view text)
{
    const bool differential = text.starts_with("∂") || (text.starts_with('d') && text.size() > 1);
    const std::string_view rest = differential ? text.substr(characterLength(text)) : text;
    if (isNumber(text) || isOneBracket(text))
        return true;
    return isNumerator(text) && !rest.empty() &&
           std::none_of(rest.begin() + 1, rest.end(), [](char c) { return isLetter(c) || isDigit(c); });
}

std::string bracketed(const std::string &text, bool bare)
{
    return bare ? text : "(" + text + ")";
}

std::string withoutBlanks(std::string text)
{
    std::erase(text, ' ');
    return text;
}

MathFence fenceOf(std::string_view environment)
{
    static constexpr std::array<std::pair<std::string_view, MathFence>, 9> kFences = {{
        {"matrix", MathFence::Open},
        {"array", MathFence::Open},
        {"pmatrix", MathFence::Round},
        {"bmatrix", MathFence::Square},
        {"vmatrix", MathFence::Bar},
        {"Vmatrix", MathFence::DoubleBar},
        {"Bmatrix", MathFence::Brace},
        {"cases", MathFence::Cases},
        {"rcases", MathFence::Cases},
    }};
    const auto found =
        std::ranges::find(kFences, environment, &std::pair<std::string_view, MathFence>::first);
    return found == kFences.end() ? MathFence::None : found->second;
}

class Reader {
public:
    Reader(std::string_view tex, FormulaForm form) : m_rest(tex), m_form(form) {}

    std::string read()
    {
        MathBox all = rows(MathFence::None);
        while (!m_rest.empty()) { // an "\end" that nothing began
            all.append(m_rest.substr(0, 1));
            m_rest.remove_prefix(1);
            all.append(rows(MathFence::None));
        }
        return all.text();
    }

private:
    // Cells and rows up to the end of the environment, or of everything.
    MathBox rows(MathFence fence)
    {
        std::vector<std::vector<MathBox>> all(1);
        for (;;) {
            all.back().push_back(sequence());
            if (m_rest.starts_with('&')) {
                m_rest.remove_prefix(1);
            } else if (m_rest.starts_with("\\\\")) {
                m_rest.remove_prefix(2);
                all.emplace_back();
            } else {
                break;
            }
        }
        const std::vector<MathBox> &last = all.back();
        if (all.size() > 1 && last.size() == 1 && last.front().flat().empty())
            all.pop_back();
        if (all.size() == 1 && all.front().size() == 1 && fence == MathFence::None)
            return std::move(all.front().front());
        return m_form == FormulaForm::Block ? mathRows(all, fence) : MathBox{{mathRowsFlat(all, fence)}};
    }

    // Up to what ends a cell or group, which is left.
    MathBox sequence()
    {
        MathBox out;
        while (!m_rest.empty() && !m_rest.starts_with("\\\\") && !m_rest.starts_with("\\end{")) {
            const char c = m_rest.front();
            if (c == '&' || (c == '}' && m_groups > 0))
                break;
            step(out, c);
        }
        std::string &line = out.lines[out.base];
        line.erase(line.find_last_not_of(' ') + 1);
        if (out.isLine())
            line.erase(0, line.find_first_not_of(' '));
        return out;
    }

    void step(MathBox &out, char c)
    {
        if (c == '\\') {
            command(out);
        } else if (c == '{') {
            out.append(group());
        } else if (c == '^' || c == '_') {
            m_rest.remove_prefix(1);
            script(out, c);
        } else if (c == ' ' || c == '~' || c == '\n') {
            m_rest.remove_prefix(1);
            blank(out);
        } else {
            sign(out, m_rest.substr(0, characterLength(m_rest)));
        }
    }

    void sign(MathBox &out, std::string_view text)
    {
        m_rest.remove_prefix(text.size());
        const std::string &line = out.lines[out.base];
        const bool operand =
            !line.empty() && std::string_view("([{,=<>+^ ").find(line.back()) == std::string::npos;
        if (text == "=" || text == "<" || text == ">")
            relation(out, text);
        else if (text == "-" || text == "+")
            operand || (line.ends_with(' ') && line.size() > 1 && !m_afterRelation)
                ? relation(out, text == "-" ? "−" : text)
                : out.append(text == "-" ? "−" : text);
        else
            out.append(text == "'" ? "′" : text);
        m_afterRelation = text == "=" || text == "<" || text == ">" || text == "(" || text == ",";
    }

    static void blank(MathBox &out)
    {
        const std::string &line = out.lines[out.base];
        if (!line.empty() && line.back() != ' ')
            out.append(" ");
    }

    void relation(MathBox &out, std::string_view text)
    {
        blank(out);
        out.append(text);
        out.append(" ");
        while (m_rest.starts_with(' '))
            m_rest.remove_prefix(1);
        m_afterRelation = true;
    }

    // The name after the backslash: letters, or one other character.
    std::string_view name()
    {
        m_rest.remove_prefix(1);
        std::size_t length = 0;
        while (length < m_rest.size() && isLetter(m_rest[length]))
            ++length;
        if (length == 0 && !m_rest.empty())
            length = characterLength(m_rest);
        const std::string_view name = m_rest.substr(0, length);
        m_rest.remove_prefix(name.size());
        return name;
    }

    void command(MathBox &out)
    {
        const std::string_view name = this->name();
        if (const MathSymbol *symbol = mathSymbol(name)) {
            named(out, *symbol);
            return;
        }
        if (structure(out, name))
            return;
        out.append("\\" + std::string(name));
        while (m_rest.starts_with('{')) { // its arguments stay with it
            out.append("{");
            out.append(group());
            out.append("}");
        }
    }

    void named(MathBox &out, const MathSymbol &symbol)
    {
        if (symbol.kind == MathSymbol::Kind::Relation) {
            relation(out, symbol.text);
            return;
        }
        if (symbol.text == " ")
            blank(out);
        else
            out.append(symbol.text);
        m_afterRelation = false;
        // What acts on the next sign stands close to it.
        if (m_rest.starts_with(' ') && !symbol.text.empty() &&
            std::string_view("∂∇Δ¬∀∃").find(symbol.text) != std::string_view::npos)
            m_rest.remove_prefix(1);
        if (symbol.kind == MathSymbol::Kind::Function && !m_rest.empty() &&
            (isLetter(m_rest[0]) || m_rest[0] == '\\'))
            out.append(" ");
    }

    bool structure(MathBox &out, std::string_view name)
    {
        if (name == "frac" || name == "dfrac" || name == "tfrac" || name == "cfrac")
            fraction(out);
        else if (name == "sqrt")
            root(out);
        else if (name == "binom" || name == "dbinom")
            choice(out);
        else if (name == "left" || name == "right")
            delimiter(out);
        else if (name == "begin")
            environment(out);
        else if (name == "not")
            out.append(argument().flat() + "\u0338");
        else if (const auto accent = mathAccent(name); !accent.empty())
            accented(out, accent, name.starts_with("over") || name.starts_with("under"));
        else if (name.starts_with("math") && m_rest.starts_with('{') &&
                 kTextNames.find(name) == std::string::npos)
            letters(out, name);
        else if (m_rest.starts_with('{') &&
                 kTextNames.find(" " + std::string(name) + " ") != std::string_view::npos)
            name.starts_with("text") || name.ends_with("box") ? words(out) : out.append(group());
        else
            return false;
        m_afterRelation = false;
        return true;
    }

    void fraction(MathBox &out)
    {
        const std::string above = argument().flat();
        const std::string below = argument().flat();
        out.append(bracketed(above, isNumerator(above)) + "/" +
                   bracketed(below, !below.empty() && isDenominator(below)));
    }

    void choice(MathBox &out)
    {
        const std::string of = argument().flat();
        out.append("(" + of + " choose " + argument().flat() + ")");
    }

    void root(MathBox &out)
    {
        std::string degree;
        if (m_rest.starts_with('[')) {
            const std::size_t end = std::min(m_rest.find(']'), m_rest.size());
            degree = std::string(m_rest.substr(1, end - std::min<std::size_t>(end, 1)));
            m_rest.remove_prefix(std::min(end + 1, m_rest.size()));
        }
        const std::string inner = argument().flat();
        if (degree == "3" || degree == "4")
            out.append(degree == "3" ? "∛" : "∜");
        else if (!degree.empty())
            out.append(superscript(degree).value_or("(" + degree + ")") + "√");
        else
            out.append("√");
        out.append(bracketed(inner, isNumber(inner) || mathWidth(inner) == 1 || isOneBracket(inner)));
    }

    void script(MathBox &out, char mark)
    {
        const std::string text = withoutBlanks(argument().flat());
        const auto small = mark == '^' ? superscript(text) : subscript(text);
        if (small)
            out.append(*small);
        else
            out.append(mark + bracketed(text, mathWidth(text) <= 1));
        m_afterRelation = false;
    }

    void accented(MathBox &out, std::string_view accent, bool everyOne)
    {
        const std::string text = argument().flat();
        if (!everyOne && mathWidth(text) > 1) {
            out.append("(" + text + ")");
            out.append(accent);
            return;
        }
        for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(characterLength(rest))) {
            out.append(rest.substr(0, characterLength(rest)));
            out.append(accent);
        }
    }

    void letters(MathBox &out, std::string_view alphabet)
    {
        for (const char c : group().flat()) {
            const std::string_view letter = mathLetter(alphabet, c);
            out.append(letter.empty() ? std::string_view(&c, 1) : letter);
        }
    }

    // "\text{...}": verbatim.
    void words(MathBox &out)
    {
        std::size_t end = 1;
        for (int open = 1; end < m_rest.size(); ++end) {
            open += m_rest[end] == '{' ? 1 : m_rest[end] == '}' ? -1 : 0;
            if (open == 0)
                break;
        }
        out.append(m_rest.substr(1, end - 1));
        m_rest.remove_prefix(std::min(end + 1, m_rest.size()));
    }

    // After "\left": a bracket, or "." for none.
    void delimiter(MathBox &out)
    {
        while (m_rest.starts_with(' '))
            m_rest.remove_prefix(1);
        if (m_rest.starts_with('\\'))
            command(out);
        else if (m_rest.starts_with('.'))
            m_rest.remove_prefix(1);
        else if (!m_rest.empty())
            sign(out, m_rest.substr(0, characterLength(m_rest)));
    }

    void environment(MathBox &out)
    {
        const std::size_t end = m_rest.find('}');
        if (!m_rest.starts_with('{') || end == std::string_view::npos || m_depth >= kMostDepth) {
            out.append("\\begin");
            return;
        }
        const std::string_view name = m_rest.substr(1, end - 1);
        m_rest.remove_prefix(end + 1);
        if (name.starts_with("array") && m_rest.starts_with('{'))
            m_rest.remove_prefix(std::min(m_rest.find('}'), m_rest.size() - 1) + 1);
        ++m_depth;
        const int groups = std::exchange(m_groups, 0);
        out.append(rows(fenceOf(name)));
        m_groups = groups;
        --m_depth;
        if (m_rest.starts_with("\\end{"))
            m_rest.remove_prefix(std::min(m_rest.find('}'), m_rest.size() - 1) + 1);
    }

    // "{...}", or one character, or one command.
    MathBox argument()
    {
        while (m_rest.starts_with(' '))
            m_rest.remove_prefix(1);
        MathBox out;
        if (m_rest.starts_with('{'))
            return group();
        if (m_rest.empty() || m_rest.front() == '}' || m_rest.front() == '&')
            return out;
        if (m_rest.front() == '\\' && !m_rest.starts_with("\\\\") && !m_rest.starts_with("\\end{"))
            m_depth < kMostDepth ? nested(out) : out.append(verbatim());
        else
            out.append(m_rest.front() == '-' ? "−" : m_rest.substr(0, characterLength(m_rest))),
                m_rest.remove_prefix(characterLength(m_rest));
        return out;
    }

    void nested(MathBox &out)
    {
        ++m_depth;
        command(out);
        --m_depth;
        std::string &line = out.lines[out.base];
        line.erase(0, line.find_first_not_of(' '));
        line.erase(line.find_last_not_of(' ') + 1);
    }

    MathBox group()
    {
        if (m_depth >= kMostDepth)
            return {{std::string(verbatim())}};
        m_rest.remove_prefix(1);
        ++m_depth;
        ++m_groups;
        MathBox out = sequence();
        while (m_rest.starts_with('&') || m_rest.starts_with("\\\\")) { // "\substack": one below the other
            m_rest.remove_prefix(m_rest.starts_with('&') ? 1 : 2);
            out.append(", " + sequence().flat());
        }
        --m_groups;
        --m_depth;
        if (m_rest.starts_with('}'))
            m_rest.remove_prefix(1);
        return out;
    }

    // Too deep: the rest as it is written.
    std::string_view verbatim() { return std::exchange(m_rest, std::string_view()); }

    std::string_view m_rest;
    FormulaForm m_form;
    int m_depth = 0;
    int m_groups = 0; // open in this environment
    bool m_afterRelation = true;
};

} // namespace

std::string readableFormula(std::string_view tex, FormulaForm form)
{
    return Reader(tex, form).read();
}

} // namespace snug::chat
