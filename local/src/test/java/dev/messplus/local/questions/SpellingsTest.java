package dev.messplus.local.questions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingsTest {

    @ParameterizedTest
    @CsvSource({
        "colour,color",
        "organise,organize",
        "organisation,organization",
        "centre,center",
        "encyclopaedia,encyclopedia",
        "catalogue,catalog",
        "traveller,traveler",
        "defence,defense",
        "analyse,analyze",
        "co-operate,cooperate",
        "judgement,judgment",
    })
    void knowsSpellingsOfOneWord(String a, String b) {
        assertThat(Spellings.areOfOneWord(a, b)).isTrue();
        assertThat(Spellings.areOfOneWord(b, a)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "rebut,refute",
        "scorn,spurn",
        "influx,inflow",
        "twine,twist",
        "flash,flare",
        "suburbia,suburb",
        "discontent,discontented",
        "poetical,poetic",
        "magical,magic",
    })
    void takesOtherWordsForOtherWords(String a, String b) {
        assertThat(Spellings.areOfOneWord(a, b)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"sing,song,true", "examine,examination,true", "sing,table,false"})
    void findsWordsThatMayShareARoot(String a, String b, boolean close) {
        assertThat(Spellings.areClose(a, b)).isEqualTo(close);
    }
}
