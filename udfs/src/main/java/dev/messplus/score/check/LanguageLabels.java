package dev.messplus.score.check;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The languages that the model of Apache OpenNLP can tell apart. It has codes of ISO 639-3, where
 * settings have those of ISO 639-1.
 */
final class LanguageLabels {

    /** Labels of langdetect-183.bin. */
    static final Set<String> ALL =
            Set.of(
                    ("afr ara ast aze bak bel ben bos bre bul cat ceb ces che cmn cym dan deu ekk"
                                    + " ell eng epo est eus fao fas fin fra fry gle glg gsw guj heb"
                                    + " hin hrv hun hye ind isl ita jav jpn kan kat kaz kir kor lat"
                                    + " lav lim lit ltz lvs mal mar min mkd mlt mon mri msa nan nds"
                                    + " nep nld nno nob oci pan pes plt pnb pol por pus ron rus san"
                                    + " sin slk slv som spa sqi srp sun swa swe tam tat tel tgk tgl"
                                    + " tha tur ukr urd uzb vie vol war zul")
                            .split(" "));

    /** Languages that ISO 639-3 divides, with those of their parts that the model knows. */
    private static final Map<String, Set<String>> PARTS =
            Map.of(
                    "et", Set.of("ekk"),
                    "fa", Set.of("pes"),
                    "lv", Set.of("lvs"),
                    "mg", Set.of("plt"),
                    "no", Set.of("nob", "nno"),
                    "pa", Set.of("pnb"),
                    "zh", Set.of("cmn", "nan"));

    private LanguageLabels() {}

    /**
     * The labels of a language.
     *
     * @param code two lower-case letters
     * @return empty if the model does not know the language, or there is no such code
     */
    static Set<String> of(String code) {
        Set<String> labels = new TreeSet<>();
        if (Set.of(Locale.getISOLanguages()).contains(code)) {
            labels.add(new Locale(code).getISO3Language());
            labels.addAll(PARTS.getOrDefault(code, Set.of()));
            labels.retainAll(ALL);
        }
        return labels;
    }

    /** The codes of all languages that the model knows, sorted. */
    static Set<String> codes() {
        Set<String> codes = new TreeSet<>();
        for (String code : Locale.getISOLanguages()) {
            if (!of(code).isEmpty()) {
                codes.add(code);
            }
        }
        return codes;
    }
}
