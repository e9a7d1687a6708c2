package dev.messplus.score.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizersTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // sbintuitions/flexeval, test_sacrebleu_13a_tokenizer
                "I'm a student.                  | I'm a student .",
                // by mteval-v13a.pl's rules
                "Hello, world!                   | Hello , world !",
                "It costs $1,000.50 (approx.).   | It costs $ 1,000.50 ( approx . ) .",
                "3, 4 and 5.                     | 3 , 4 and 5 .",
                ".5 or 0,5                       | . 5 or 0,5",
                "pages 12-15, well-known         | pages 12 - 15 , well-known",
                "a/b [c] {d} ~e                  | a / b [ c ] { d } ~ e",
                "x..5                            | x . .5",
                "wait...                         | wait . . .",
                "&quot;A&amp;B&quot; &lt;b&gt;   | \" A & B \" < b >",
                "one <skipped>two                | one two",
                "«Ça va?» “Oui”                  | «Ça va ? » “Oui”"
            })
    void mteval13aSplitsAsTheScriptDoes(String text, String tokens) {
        assertThat(Tokenizers.mteval13a(text)).containsExactly(tokens.split(" "));
    }

    @Test
    void mteval13aJoinsHyphenatedLinesAndSplitsAtAnyWhiteSpace() {
        assertThat(Tokenizers.mteval13a("hyphen-\nated\ntext\u00a0here\u3000now\u001cend \r\n"))
                .containsExactly("hyphenated", "text", "here", "now", "end");
        assertThat(Tokenizers.mteval13a("")).isEmpty();
        assertThat(Tokenizers.mteval13a(" \n\t")).isEmpty();
    }

    @Test
    void rougeKeepsLowerCasedLettersAndDigitsOnly() {
        assertThat(Tokenizers.rouge("Don't  panic: it's 42_things!"))
                .containsExactly("don", "t", "panic", "it", "s", "42", "things");
        assertThat(Tokenizers.rouge("😀 ÉTÉ 東京 2024年"))
                .containsExactly("été", "東", "京", "2024", "年");
        assertThat(Tokenizers.rouge("…!?")).isEmpty();
    }

    @Test
    void squadDropsPunctuationAndArticlesUnlessNothingElseIsThere() {
        assertThat(Tokenizers.squad("The answer's: “an apple”"))
                .containsExactly("answers", "apple");
        assertThat(Tokenizers.squad("東京 タワー")).containsExactly("東", "京", "タワー");
        assertThat(Tokenizers.squad("The")).containsExactly("the");
        assertThat(Tokenizers.squad("?!")).containsExactly("?!");
        assertThat(Tokenizers.squad(" ")).isEmpty();
    }
}
