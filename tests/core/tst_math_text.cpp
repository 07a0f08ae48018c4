// SPDX-FileCopyrightText: Snug contributors
// SPDX-License-Identifier: MIT
#include "core/chat/math_span.h"
#include "core/chat/math_text.h"
#include "core/chat/utf8_stream.h"

#include <QTest>

#include <random>

using namespace snug;
using chat::FormulaForm;

class TestMathText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void formulas_data()
    {
        QTest::addColumn<QByteArray>("tex");
        QTest::addColumn<QByteArray>("wanted");
        const auto row = [](const char *tex, const char *wanted) {
            QTest::addRow("%s", tex) << QByteArray(tex) << QByteArray(wanted);
        };
        row("x^2 + y^2 = z^2", "x² + y² = z²");
        row("E=mc^2", "E = mc²");
        row("a_{ij}", "aᵢⱼ");
        row("x_{n+1}", "xₙ₊₁");
        row("\\alpha\\beta + \\Gamma", "αβ + Γ");
        row("\\frac{a+b}{2c}", "(a + b)/(2c)");
        row("\\frac12", "1/2");
        row("\\frac{dy}{dx}", "dy/dx");
        row("\\frac{\\partial f}{\\partial x_1}", "∂f/∂x₁");
        row("\\sqrt{x}", "√x");
        row("\\sqrt[3]{x + 1}", "∛(x + 1)");
        row("\\sum_{i=1}^{n} i", "∑ᵢ₌₁ⁿ i");
        row("\\int_0^\\infty e^{-x^2} dx", "∫₀^∞ e^(−x²) dx");
        row("\\lim_{x \\to 0} \\frac{\\sin x}{x}", "lim_(x→0) (sin x)/x");
        row("\\mathbb{R}^n", "ℝⁿ");
        row("\\mathcal{L}(\\theta)", "ℒ(θ)");
        row("\\hat{x} \\bar y", "x\u0302 y\u0304");
        row("\\vec{AB}", "(AB)\u20D7");
        row("\\text{if } x > 0", "if x > 0");
        row("f: A \\rightarrow B", "f: A → B");
        row("a \\leq b \\neq c", "a ≤ b ≠ c");
        row("-5 - 3", "−5 − 3");
        row("(-1)^{n-1}", "(−1)ⁿ⁻¹");
        row("\\left( \\frac{a}{b} \\right)", "( a/b )");
        row("\\binom{n}{k}", "(n choose k)");
        row("90^\\circ", "90°");
        row("A^T", "Aᵀ");
        row("f'(x)", "f′(x)");
        row("\\unknown{a}{b}", "\\unknown{a}{b}");
        row("50\\%", "50%");
        row("\\{1, 2\\}", "{1, 2}");
        row("P(A \\mid B)", "P(A ∣ B)");
        row("\\log_2 n", "log₂ n");
        row("\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}", "(1 2; 3 4)");
        row("x^{\\frac{1}{2}}", "x^(1/2)");
        row("\\operatorname{softmax}(z)", "softmax(z)");
        row("{a", "a");
        row("a}", "a}");
        row("\\", "\\");
        row("\\frac", "/()");
        row("x^", "x");
    }
    void formulas()
    {
        QFETCH(const QByteArray, tex);
        QFETCH(const QByteArray, wanted);
        QCOMPARE(QByteArray::fromStdString(chat::readableFormula(tex.toStdString(), FormulaForm::Line)),
                 wanted);
    }

    void rowsStandBelowOneAnother()
    {
        QCOMPARE(chat::readableFormula("A = \\begin{bmatrix} 1 & 20 \\\\ 300 & 4 \\end{bmatrix}",
                                       FormulaForm::Block),
                 std::string("    ⎡ 1    20 ⎤\nA = ⎣ 300  4  ⎦"));
        QCOMPARE(
            chat::readableFormula("f(x) = \\begin{cases} 1 & x > 0 \\\\ 0 & \\text{otherwise} \\end{cases}",
                                  FormulaForm::Block),
            std::string("       ⎧ 1  x > 0\nf(x) = ⎩ 0  otherwise"));
        QCOMPARE(chat::readableFormula("a &= b \\\\ &= c", FormulaForm::Block), std::string("a = b\n  = c"));
    }

    void spans_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("wanted"); // empty: none
        const auto row = [](const char *text, const char *wanted) {
            QTest::addRow("%s", text) << QByteArray(text) << QByteArray(wanted);
        };
        row("$x$ is", "x");
        row("$5 and $6", "");
        row("$5 and 6$ more", "");
        row("$5$", "5");
        row("$ x$", "");
        row("$x $", "");
        row("$x$5", "");
        row("$2 + 3$", "2 + 3");
        row("$n", "");
        row("$$x^2$$", "x²");
        row("\\(a_1\\)", "a₁");
        row("\\[a\\] b", "a");
        row("\\(a", "");
        row("$a\\$b$", "a$b");
        row("$HOME/bin:`x`$", "");
    }
    void spans()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, wanted);
        const auto formula = chat::inlineFormula(text.toStdString());
        QCOMPARE(formula.has_value(), !wanted.isEmpty());
        if (formula)
            QCOMPARE(QByteArray::fromStdString(formula->text), wanted);
    }

    // Any input: valid text of a bounded size.
    void randomInputIsHarmless()
    {
        const std::vector<std::string> pieces = {"\\frac",
                                                 "{",
                                                 "}",
                                                 "^",
                                                 "_",
                                                 "\\sqrt",
                                                 "[",
                                                 "]",
                                                 "&",
                                                 "\\\\",
                                                 "x",
                                                 " ",
                                                 "\\left(",
                                                 "\\right",
                                                 "\\begin{bmatrix}",
                                                 "\\end{bmatrix}",
                                                 "\\text",
                                                 "\\hat",
                                                 "\\sum",
                                                 "=",
                                                 "-",
                                                 "\\mathbb",
                                                 "é",
                                                 "\\end{x}",
                                                 "\\begin{cases}",
                                                 "\\foo",
                                                 "'",
                                                 "\\",
                                                 "\\overline",
                                                 "1",
                                                 "$"};
        std::mt19937 random(7);
        for (int round = 0; round < 4000; ++round) {
            std::string tex;
            for (unsigned i = 0; i < 1 + random() % 60; ++i)
                tex += pieces[random() % pieces.size()];
            for (const FormulaForm form : {FormulaForm::Line, FormulaForm::Block}) {
                const std::string text = chat::readableFormula(tex, form);
                QVERIFY2(chat::validUtf8(text) == text, tex.c_str());
                QVERIFY2(text.size() < 200'000, tex.c_str());
            }
        }
    }

    // Letters are never lost, however deep they stand.
    void deepNestingIsBounded()
    {
        for (const std::string piece :
             {"{", "\\frac{", "x^{", "\\sqrt{", "\\begin{bmatrix}", "\\hat", "\\left("}) {
            std::string tex;
            for (int i = 0; i < 10'000; ++i)
                tex += piece;
            const std::string text = chat::readableFormula(tex + "Z", FormulaForm::Block);
            QVERIFY2(text.find('Z') != std::string::npos, piece.c_str());
            QVERIFY2(text.size() < 4 * tex.size() + 100, piece.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TestMathText)
#include "tst_math_text.moc"
