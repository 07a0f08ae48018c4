// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/math_symbols.h"

#include <algorithm>
#include <array>
#include <utility>

namespace snug::chat {
namespace {

using Kind = MathSymbol::Kind;

// By name, in the order of bytes.
constexpr std::array<MathSymbol, 301> kSymbols = {{{" ", " "},
                                                   {"!", ""},
                                                   {"#", "#"},
                                                   {"$", "$"},
                                                   {"%", "%"},
                                                   {"&", "&"},
                                                   {",", " "},
                                                   {":", " "},
                                                   {";", " "},
                                                   {"Big", ""},
                                                   {"Bigg", ""},
                                                   {"Biggl", ""},
                                                   {"Biggr", ""},
                                                   {"Bigl", ""},
                                                   {"Bigm", ""},
                                                   {"Bigr", ""},
                                                   {"Box", "□"},
                                                   {"Delta", "Δ"},
                                                   {"Diamond", "◇"},
                                                   {"Downarrow", "⇓", Kind::Relation},
                                                   {"Gamma", "Γ"},
                                                   {"Im", "ℑ"},
                                                   {"Lambda", "Λ"},
                                                   {"Leftarrow", "⇐", Kind::Relation},
                                                   {"Leftrightarrow", "⇔", Kind::Relation},
                                                   {"Longleftrightarrow", "⟺", Kind::Relation},
                                                   {"Longrightarrow", "⟹", Kind::Relation},
                                                   {"Omega", "Ω"},
                                                   {"P", "¶"},
                                                   {"Phi", "Φ"},
                                                   {"Pi", "Π"},
                                                   {"Pr", "Pr", Kind::Function},
                                                   {"Psi", "Ψ"},
                                                   {"Re", "ℜ"},
                                                   {"Rightarrow", "⇒", Kind::Relation},
                                                   {"S", "§"},
                                                   {"Sigma", "Σ"},
                                                   {"Theta", "Θ"},
                                                   {"Uparrow", "⇑", Kind::Relation},
                                                   {"Upsilon", "Υ"},
                                                   {"Vert", "‖"},
                                                   {"Xi", "Ξ"},
                                                   {"_", "_"},
                                                   {"aleph", "ℵ"},
                                                   {"allowbreak", ""},
                                                   {"alpha", "α"},
                                                   {"angle", "∠"},
                                                   {"approx", "≈", Kind::Relation},
                                                   {"arccos", "arccos", Kind::Function},
                                                   {"arcsin", "arcsin", Kind::Function},
                                                   {"arctan", "arctan", Kind::Function},
                                                   {"arg", "arg", Kind::Function},
                                                   {"argmax", "argmax", Kind::Function},
                                                   {"argmin", "argmin", Kind::Function},
                                                   {"ast", "∗", Kind::Relation},
                                                   {"asymp", "≍", Kind::Relation},
                                                   {"backslash", "\\"},
                                                   {"because", "∵"},
                                                   {"beta", "β"},
                                                   {"big", ""},
                                                   {"bigcap", "⋂"},
                                                   {"bigcup", "⋃"},
                                                   {"bigg", ""},
                                                   {"biggl", ""},
                                                   {"biggr", ""},
                                                   {"bigl", ""},
                                                   {"bigm", ""},
                                                   {"bigoplus", "⨁"},
                                                   {"bigotimes", "⨂"},
                                                   {"bigr", ""},
                                                   {"bigvee", "⋁"},
                                                   {"bigwedge", "⋀"},
                                                   {"blacksquare", "■"},
                                                   {"bmod", "mod", Kind::Relation},
                                                   {"bot", "⊥"},
                                                   {"bullet", "•"},
                                                   {"cap", "∩", Kind::Relation},
                                                   {"cdot", "·", Kind::Relation},
                                                   {"cdots", "⋯"},
                                                   {"checkmark", "✓"},
                                                   {"chi", "χ"},
                                                   {"circ", "∘", Kind::Relation},
                                                   {"colon", ":"},
                                                   {"coloneqq", "≔", Kind::Relation},
                                                   {"cong", "≅", Kind::Relation},
                                                   {"coprod", "∐"},
                                                   {"copyright", "©"},
                                                   {"cos", "cos", Kind::Function},
                                                   {"cosh", "cosh", Kind::Function},
                                                   {"cot", "cot", Kind::Function},
                                                   {"coth", "coth", Kind::Function},
                                                   {"csc", "csc", Kind::Function},
                                                   {"cup", "∪", Kind::Relation},
                                                   {"dagger", "†"},
                                                   {"ddagger", "‡"},
                                                   {"ddots", "⋱"},
                                                   {"deg", "deg", Kind::Function},
                                                   {"degree", "°"},
                                                   {"delta", "δ"},
                                                   {"det", "det", Kind::Function},
                                                   {"diag", "diag", Kind::Function},
                                                   {"dim", "dim", Kind::Function},
                                                   {"displaystyle", ""},
                                                   {"div", "÷", Kind::Relation},
                                                   {"doteq", "≐", Kind::Relation},
                                                   {"dots", "…"},
                                                   {"dotsb", "⋯"},
                                                   {"dotsc", "…"},
                                                   {"downarrow", "↓", Kind::Relation},
                                                   {"ell", "ℓ"},
                                                   {"emptyset", "∅"},
                                                   {"enspace", " "},
                                                   {"epsilon", "ε"},
                                                   {"equiv", "≡", Kind::Relation},
                                                   {"erf", "erf", Kind::Function},
                                                   {"eta", "η"},
                                                   {"euro", "€"},
                                                   {"exists", "∃"},
                                                   {"exp", "exp", Kind::Function},
                                                   {"forall", "∀"},
                                                   {"gamma", "γ"},
                                                   {"gcd", "gcd", Kind::Function},
                                                   {"ge", "≥", Kind::Relation},
                                                   {"geq", "≥", Kind::Relation},
                                                   {"geqslant", "≥", Kind::Relation},
                                                   {"gets", "←", Kind::Relation},
                                                   {"gg", "≫", Kind::Relation},
                                                   {"gt", ">", Kind::Relation},
                                                   {"hbar", "ℏ"},
                                                   {"hfill", ""},
                                                   {"hline", ""},
                                                   {"hom", "hom", Kind::Function},
                                                   {"hookrightarrow", "↪", Kind::Relation},
                                                   {"iff", "⟺", Kind::Relation},
                                                   {"iiint", "∭"},
                                                   {"iint", "∬"},
                                                   {"imath", "ı"},
                                                   {"impliedby", "⟸", Kind::Relation},
                                                   {"implies", "⟹", Kind::Relation},
                                                   {"in", "∈", Kind::Relation},
                                                   {"inf", "inf", Kind::Function},
                                                   {"infty", "∞"},
                                                   {"int", "∫"},
                                                   {"iota", "ι"},
                                                   {"jmath", "ȷ"},
                                                   {"kappa", "κ"},
                                                   {"ker", "ker", Kind::Function},
                                                   {"lVert", "‖"},
                                                   {"lambda", "λ"},
                                                   {"land", "∧", Kind::Relation},
                                                   {"langle", "⟨"},
                                                   {"lbrace", "{"},
                                                   {"lbrack", "["},
                                                   {"lceil", "⌈"},
                                                   {"ldots", "…"},
                                                   {"le", "≤", Kind::Relation},
                                                   {"leadsto", "⇝", Kind::Relation},
                                                   {"leftarrow", "←", Kind::Relation},
                                                   {"leftrightarrow", "↔", Kind::Relation},
                                                   {"leq", "≤", Kind::Relation},
                                                   {"leqslant", "≤", Kind::Relation},
                                                   {"lfloor", "⌊"},
                                                   {"lg", "lg", Kind::Function},
                                                   {"lim", "lim", Kind::Function},
                                                   {"liminf", "liminf", Kind::Function},
                                                   {"limits", ""},
                                                   {"limsup", "limsup", Kind::Function},
                                                   {"ll", "≪", Kind::Relation},
                                                   {"ln", "ln", Kind::Function},
                                                   {"lnot", "¬"},
                                                   {"log", "log", Kind::Function},
                                                   {"longleftarrow", "⟵", Kind::Relation},
                                                   {"longmapsto", "⟼", Kind::Relation},
                                                   {"longrightarrow", "⟶", Kind::Relation},
                                                   {"lor", "∨", Kind::Relation},
                                                   {"lt", "<", Kind::Relation},
                                                   {"lvert", "|"},
                                                   {"mapsto", "↦", Kind::Relation},
                                                   {"mathstrut", ""},
                                                   {"max", "max", Kind::Function},
                                                   {"medspace", " "},
                                                   {"mid", "∣", Kind::Relation},
                                                   {"middle", ""},
                                                   {"min", "min", Kind::Function},
                                                   {"mod", "mod", Kind::Function},
                                                   {"models", "⊨", Kind::Relation},
                                                   {"mp", "∓", Kind::Relation},
                                                   {"mu", "μ"},
                                                   {"nabla", "∇"},
                                                   {"ne", "≠", Kind::Relation},
                                                   {"nearrow", "↗", Kind::Relation},
                                                   {"neg", "¬"},
                                                   {"negthinspace", ""},
                                                   {"neq", "≠", Kind::Relation},
                                                   {"nexists", "∄"},
                                                   {"ni", "∋", Kind::Relation},
                                                   {"nmid", "∤", Kind::Relation},
                                                   {"nolimits", ""},
                                                   {"nonumber", ""},
                                                   {"notag", ""},
                                                   {"notin", "∉", Kind::Relation},
                                                   {"nu", "ν"},
                                                   {"odot", "⊙", Kind::Relation},
                                                   {"oint", "∮"},
                                                   {"omega", "ω"},
                                                   {"omicron", "ο"},
                                                   {"ominus", "⊖", Kind::Relation},
                                                   {"oplus", "⊕", Kind::Relation},
                                                   {"otimes", "⊗", Kind::Relation},
                                                   {"parallel", "∥", Kind::Relation},
                                                   {"partial", "∂"},
                                                   {"perp", "⟂", Kind::Relation},
                                                   {"phi", "φ"},
                                                   {"pi", "π"},
                                                   {"pm", "±", Kind::Relation},
                                                   {"pounds", "£"},
                                                   {"prec", "≺", Kind::Relation},
                                                   {"preceq", "⪯", Kind::Relation},
                                                   {"prime", "′"},
                                                   {"prod", "∏"},
                                                   {"propto", "∝", Kind::Relation},
                                                   {"psi", "ψ"},
                                                   {"qquad", "    "},
                                                   {"quad", "  "},
                                                   {"rVert", "‖"},
                                                   {"rangle", "⟩"},
                                                   {"rank", "rank", Kind::Function},
                                                   {"rbrace", "}"},
                                                   {"rbrack", "]"},
                                                   {"rceil", "⌉"},
                                                   {"rfloor", "⌋"},
                                                   {"rho", "ρ"},
                                                   {"rightarrow", "→", Kind::Relation},
                                                   {"rightharpoonup", "⇀", Kind::Relation},
                                                   {"rightleftharpoons", "⇌", Kind::Relation},
                                                   {"rvert", "|"},
                                                   {"scriptscriptstyle", ""},
                                                   {"scriptstyle", ""},
                                                   {"searrow", "↘", Kind::Relation},
                                                   {"sec", "sec", Kind::Function},
                                                   {"setminus", "∖", Kind::Relation},
                                                   {"sgn", "sgn", Kind::Function},
                                                   {"sigma", "σ"},
                                                   {"sim", "∼", Kind::Relation},
                                                   {"simeq", "≃", Kind::Relation},
                                                   {"sin", "sin", Kind::Function},
                                                   {"sinh", "sinh", Kind::Function},
                                                   {"softmax", "softmax", Kind::Function},
                                                   {"sqcap", "⊓", Kind::Relation},
                                                   {"sqcup", "⊔", Kind::Relation},
                                                   {"square", "□"},
                                                   {"star", "⋆"},
                                                   {"subset", "⊂", Kind::Relation},
                                                   {"subseteq", "⊆", Kind::Relation},
                                                   {"subsetneq", "⊊", Kind::Relation},
                                                   {"succ", "≻", Kind::Relation},
                                                   {"succeq", "⪰", Kind::Relation},
                                                   {"sum", "∑"},
                                                   {"sup", "sup", Kind::Function},
                                                   {"supset", "⊃", Kind::Relation},
                                                   {"supseteq", "⊇", Kind::Relation},
                                                   {"supsetneq", "⊋", Kind::Relation},
                                                   {"surd", "√"},
                                                   {"tan", "tan", Kind::Function},
                                                   {"tanh", "tanh", Kind::Function},
                                                   {"tau", "τ"},
                                                   {"textstyle", ""},
                                                   {"therefore", "∴"},
                                                   {"theta", "θ"},
                                                   {"thickspace", " "},
                                                   {"thinspace", " "},
                                                   {"times", "×", Kind::Relation},
                                                   {"to", "→", Kind::Relation},
                                                   {"top", "⊤"},
                                                   {"tr", "tr", Kind::Function},
                                                   {"triangle", "△"},
                                                   {"triangleq", "≜", Kind::Relation},
                                                   {"uparrow", "↑", Kind::Relation},
                                                   {"updownarrow", "↕", Kind::Relation},
                                                   {"uplus", "⊎", Kind::Relation},
                                                   {"upsilon", "υ"},
                                                   {"varepsilon", "ε"},
                                                   {"varnothing", "∅"},
                                                   {"varphi", "φ"},
                                                   {"varpi", "ϖ"},
                                                   {"varrho", "ϱ"},
                                                   {"varsigma", "ς"},
                                                   {"vartheta", "ϑ"},
                                                   {"vdash", "⊢", Kind::Relation},
                                                   {"vdots", "⋮"},
                                                   {"vee", "∨", Kind::Relation},
                                                   {"vert", "|"},
                                                   {"wedge", "∧", Kind::Relation},
                                                   {"wp", "℘"},
                                                   {"xi", "ξ"},
                                                   {"xleftarrow", "←", Kind::Relation},
                                                   {"xrightarrow", "→", Kind::Relation},
                                                   {"zeta", "ζ"},
                                                   {"{", "{"},
                                                   {"|", "‖"},
                                                   {"}", "}"}}};
static_assert(std::ranges::is_sorted(kSymbols, {}, &MathSymbol::name));

struct Pair {
    std::string_view plain;
    std::string_view other;
};

constexpr std::array<Pair, 15> kAccents = {{{"hat", "\u0302"},
                                            {"widehat", "\u0302"},
                                            {"bar", "\u0304"},
                                            {"vec", "\u20D7"},
                                            {"dot", "\u0307"},
                                            {"ddot", "\u0308"},
                                            {"tilde", "\u0303"},
                                            {"widetilde", "\u0303"},
                                            {"check", "\u030C"},
                                            {"breve", "\u0306"},
                                            {"acute", "\u0301"},
                                            {"grave", "\u0300"},
                                            {"overline", "\u0305"},
                                            {"underline", "\u0332"},
                                            {"mathring", "\u030A"}}};
constexpr std::array<Pair, 74> kSuperscripts = {
    {{"0", "⁰"}, {"1", "¹"}, {"2", "²"}, {"3", "³"}, {"4", "⁴"}, {"5", "⁵"}, {"6", "⁶"}, {"7", "⁷"},
     {"8", "⁸"}, {"9", "⁹"}, {"+", "⁺"}, {"-", "⁻"}, {"=", "⁼"}, {"(", "⁽"}, {")", "⁾"}, {"−", "⁻"},
     {"a", "ᵃ"}, {"b", "ᵇ"}, {"c", "ᶜ"}, {"d", "ᵈ"}, {"e", "ᵉ"}, {"f", "ᶠ"}, {"g", "ᵍ"}, {"h", "ʰ"},
     {"i", "ⁱ"}, {"j", "ʲ"}, {"k", "ᵏ"}, {"l", "ˡ"}, {"m", "ᵐ"}, {"n", "ⁿ"}, {"o", "ᵒ"}, {"p", "ᵖ"},
     {"r", "ʳ"}, {"s", "ˢ"}, {"t", "ᵗ"}, {"u", "ᵘ"}, {"v", "ᵛ"}, {"w", "ʷ"}, {"x", "ˣ"}, {"y", "ʸ"},
     {"z", "ᶻ"}, {"A", "ᴬ"}, {"B", "ᴮ"}, {"D", "ᴰ"}, {"E", "ᴱ"}, {"G", "ᴳ"}, {"H", "ᴴ"}, {"I", "ᴵ"},
     {"J", "ᴶ"}, {"K", "ᴷ"}, {"L", "ᴸ"}, {"M", "ᴹ"}, {"N", "ᴺ"}, {"O", "ᴼ"}, {"P", "ᴾ"}, {"R", "ᴿ"},
     {"T", "ᵀ"}, {"U", "ᵁ"}, {"V", "ⱽ"}, {"W", "ᵂ"}, {"β", "ᵝ"}, {"γ", "ᵞ"}, {"δ", "ᵟ"}, {"φ", "ᵠ"},
     {"χ", "ᵡ"}, {"θ", "ᶿ"}, {"⊤", "ᵀ"}, {"∘", "°"}, {"*", "*"}, {"∗", "*"}, {"′", "′"}, {"†", "†"},
     {"'", "′"}, {"·", "·"}}};
constexpr std::array<Pair, 38> kSubscripts = {
    {{"0", "₀"}, {"1", "₁"}, {"2", "₂"}, {"3", "₃"}, {"4", "₄"}, {"5", "₅"}, {"6", "₆"}, {"7", "₇"},
     {"8", "₈"}, {"9", "₉"}, {"+", "₊"}, {"-", "₋"}, {"=", "₌"}, {"(", "₍"}, {")", "₎"}, {"−", "₋"},
     {"a", "ₐ"}, {"e", "ₑ"}, {"h", "ₕ"}, {"i", "ᵢ"}, {"j", "ⱼ"}, {"k", "ₖ"}, {"l", "ₗ"}, {"m", "ₘ"},
     {"n", "ₙ"}, {"o", "ₒ"}, {"p", "ₚ"}, {"r", "ᵣ"}, {"s", "ₛ"}, {"t", "ₜ"}, {"u", "ᵤ"}, {"v", "ᵥ"},
     {"x", "ₓ"}, {"β", "ᵦ"}, {"γ", "ᵧ"}, {"ρ", "ᵨ"}, {"φ", "ᵩ"}, {"χ", "ᵪ"}}};
constexpr std::array<Pair, 12> kDoubleStruck = {{{"C", "ℂ"},
                                                 {"E", "𝔼"},
                                                 {"F", "𝔽"},
                                                 {"H", "ℍ"},
                                                 {"I", "𝕀"},
                                                 {"K", "𝕂"},
                                                 {"N", "ℕ"},
                                                 {"P", "ℙ"},
                                                 {"Q", "ℚ"},
                                                 {"R", "ℝ"},
                                                 {"Z", "ℤ"},
                                                 {"1", "𝟙"}}};
constexpr std::array<Pair, 11> kScript = {{{"B", "ℬ"},
                                           {"E", "ℰ"},
                                           {"F", "ℱ"},
                                           {"H", "ℋ"},
                                           {"I", "ℐ"},
                                           {"L", "ℒ"},
                                           {"M", "ℳ"},
                                           {"R", "ℛ"},
                                           {"O", "𝒪"},
                                           {"N", "𝒩"},
                                           {"D", "𝒟"}}};

template <std::size_t Size> std::string_view find(const std::array<Pair, Size> &pairs, std::string_view plain)
{
    const auto found = std::ranges::find(pairs, plain, &Pair::plain);
    return found == pairs.end() ? std::string_view() : found->other;
}

std::size_t characterLength(char first)
{
    const auto byte = static_cast<unsigned char>(first);
    return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

template <std::size_t Size>
std::optional<std::string> mapped(const std::array<Pair, Size> &pairs, std::string_view text)
{
    std::string result;
    while (!text.empty()) {
        const std::string_view other = find(pairs, text.substr(0, characterLength(text.front())));
        if (other.empty())
            return std::nullopt;
        result += other;
        text.remove_prefix(std::min(characterLength(text.front()), text.size()));
    }
    return result;
}

} // namespace

const MathSymbol *mathSymbol(std::string_view name)
{
    const auto found = std::ranges::lower_bound(kSymbols, name, {}, &MathSymbol::name);
    return found != kSymbols.end() && found->name == name ? &*found : nullptr;
}

std::string_view mathAccent(std::string_view name)
{
    return find(kAccents, name);
}

std::string_view mathLetter(std::string_view alphabet, char letter)
{
    const std::string_view plain(&letter, 1);
    if (alphabet == "mathbb" || alphabet == "Bbb")
        return find(kDoubleStruck, plain);
    return alphabet == "mathcal" || alphabet == "mathscr" ? find(kScript, plain) : std::string_view();
}

std::optional<std::string> superscript(std::string_view text)
{
    return mapped(kSuperscripts, text);
}

std::optional<std::string> subscript(std::string_view text)
{
    return mapped(kSubscripts, text);
}

} // namespace snug::chat
