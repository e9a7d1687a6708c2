package dev.messplus.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void neverRoundsAMissUpToThePromise() {
        assertThat(Figures.score(.5999)).isEqualTo("0.599");
        assertThat(Figures.score(.1 + .2 + .3 - 1e-12)).isEqualTo("0.600");
        assertThat(Figures.score(1)).isEqualTo("1.000");
        assertThat(Figures.score(Double.NaN)).isEqualTo("n/a");
    }

    @Test
    void writesJoulesToThreeDigits() {
        assertThat(Figures.joules(0)).isEqualTo("0");
        assertThat(Figures.joules(.012345)).isEqualTo("0.0123");
        assertThat(Figures.joules(.27)).isEqualTo("0.270");
        assertThat(Figures.joules(.0005123)).isEqualTo("0.00051");
        assertThat(Figures.joules(.99996)).isEqualTo("1.00");
        assertThat(Figures.joules(9.996)).isEqualTo("10.0");
        assertThat(Figures.joules(1.2345)).isEqualTo("1.23");
        assertThat(Figures.joules(44.639)).isEqualTo("44.6");
        assertThat(Figures.joules(527.87)).isEqualTo("528");
        assertThat(Figures.joules(12345.6)).isEqualTo("12,346");
        assertThat(Figures.energy(337_000)).isEqualTo("337 kJ");
    }

    @Test
    void writesNumbersToFourDigits() {
        assertThat(Figures.digits(Double.NaN)).isEqualTo("n/a");
        assertThat(Figures.digits(0)).isEqualTo("0");
        assertThat(Figures.digits(-1.33349)).isEqualTo("-1.333");
        assertThat(Figures.digits(2)).isEqualTo("2");
        assertThat(Figures.digits(0.00001234)).isEqualTo("0.00001234");
        assertThat(Figures.digits(-0.0000000014)).isEqualTo("-1.4e-9");
        assertThat(Figures.digits(2.5e-12)).isEqualTo("2.5e-12");
        assertThat(Figures.digits(123456)).isEqualTo("123500");
    }

    @Test
    void comparesEnergies() {
        assertThat(Figures.compared(39, 100, "x")).isEqualTo("61% less energy than x");
        assertThat(Figures.compared(134, 100, "x")).isEqualTo("34% more energy than x");
        assertThat(Figures.compared(100.2, 100, "x")).isEqualTo("the same energy as x");
        assertThat(Figures.compared(250, 100, "x")).isEqualTo("2.5 times the energy of x");
        assertThat(Figures.change(39, 100)).isEqualTo("\u221261%");
        assertThat(Figures.change(134, 100)).isEqualTo("+34%");
    }

    @Test
    void writesSharesAndDurations() {
        assertThat(Figures.share(.001)).isEqualTo("<1%");
        assertThat(Figures.share(0)).isEqualTo("0%");
        assertThat(Figures.share(.714)).isEqualTo("71%");
        assertThat(Figures.duration(Duration.ofMillis(6_200))).isEqualTo("6.2 s");
        assertThat(Figures.duration(Duration.ofSeconds(192))).isEqualTo("3 min 12 s");
        assertThat(Figures.duration(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
    }
}
