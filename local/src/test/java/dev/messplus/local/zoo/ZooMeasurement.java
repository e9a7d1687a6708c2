package dev.messplus.local.zoo;

import com.github.freva.asciitable.AsciiTable;
import dev.messplus.local.questions.ChoiceQuestion;
import dev.messplus.local.questions.Kind;
import dev.messplus.local.questions.MixedQuestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Prints how well each model of the local zoo answers each kind of question, and what it costs.
 *
 * <p>Not a test: run it by hand after changing a model or a kind of question.
 */
final class ZooMeasurement {

    private ZooMeasurement() {}

    /**
     * Prints.
     *
     * @param args the number of questions (1,000) and the seed (1)
     */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws InterruptedException {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
        var questions = MixedQuestions.read().generate(count, seed);
        var outcomes = new ArrayList<Outcome>();
        try (var meter = ZooMeter.open(1);
                var pool = new ModelPool(1, ZooModels.all(), meter)) {
            for (ChoiceQuestion question : questions) {
                for (String model : pool.models()) {
                    var completion = pool.complete(model, question.prompt());
                    outcomes.add(
                            new Outcome(
                                    question,
                                    model,
                                    completion.text().startsWith(question.reference()),
                                    completion.cost().cpuTimeMs()));
                }
            }
            print(outcomes, pool.models());
        }
    }

    private static void print(List<Outcome> outcomes, List<String> models) {
        var header = new ArrayList<>(List.of("kind", "questions"));
        models.forEach(model -> header.addAll(List.of(model, model + " ms")));
        header.add("any");
        var rows = new ArrayList<String[]>();
        for (Kind kind : Kind.values()) {
            rows.add(
                    row(kind.name(), outcomes, models, outcome -> outcome.question.kind() == kind));
        }
        rows.add(row("all", outcomes, models, outcome -> true));
        System.out.println(
                AsciiTable.getTable(header.toArray(String[]::new), rows.toArray(String[][]::new)));
    }

    private static String[] row(
            String name, List<Outcome> all, List<String> models, Predicate<Outcome> filter) {
        var outcomes = all.stream().filter(filter).toList();
        int questions = outcomes.size() / models.size();
        var row = new ArrayList<>(List.of(name, Integer.toString(questions)));
        for (String model : models) {
            var ofModel = outcomes.stream().filter(o -> o.model.equals(model)).toList();
            row.add(share(ofModel.stream().filter(Outcome::right).count(), questions));
            row.add(
                    String.format(
                            Locale.ROOT,
                            "%.2f",
                            ofModel.stream().mapToDouble(Outcome::cpuTimeMs).average().orElse(0)));
        }
        long solved =
                outcomes.stream().filter(Outcome::right).map(Outcome::question).distinct().count();
        row.add(share(solved, questions));
        return row.toArray(String[]::new);
    }

    private static String share(long part, long whole) {
        return String.format(Locale.ROOT, "%.3f", part / (double) whole);
    }

    private record Outcome(
            ChoiceQuestion question, String model, boolean right, double cpuTimeMs) {}
}
