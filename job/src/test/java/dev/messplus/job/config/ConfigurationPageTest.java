package dev.messplus.job.config;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.energy.EnergySource;
import dev.messplus.score.ScorerConfig;
import dev.messplus.setting.Setting;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/configuration.md have a row for each {@link Setting}, with its default and its
 * range. docs/mess.schema.json is made of the settings and of the texts in these rows. With the
 * system property {@code mess.docs=write} the test writes both, and leaves the texts as they are.
 */
class ConfigurationPageTest {

    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Path SCHEMA = Path.of("..", "docs", "mess.schema.json");

    private static final String HINT =
            "%s differs from the settings. To write it: mvn test -pl job -am"
                    + " -Dtest=ConfigurationPageTest -Dmess.docs=write"
                    + " -Dsurefire.failIfNoSpecifiedTests=false";

    private static final String TOP_LEVEL = "top level";
    private static final String ENERGY = "energy";
    private static final String SCORERS = "scorers";

    /** Sections whose settings are those of another one. */
    private static final Map<String, String> SAME = Map.of("judges", "zoo");

    private static final Map<String, Class<?>> SECTIONS = sections();

    /** A table of a section: all of its settings, but for those that have a table of their own. */
    private static final Pattern TABLE =
            Pattern.compile(
                    "<!-- settings: ([^:]+?)(?:: (.+?))? -->\n(.*?)<!-- end -->", Pattern.DOTALL);

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(.+?)` \\|.*\\|$");

    /**
     * What the page alone says of a setting.
     *
     * @param otherwise what holds if it is not given and has no default
     */
    private record Text(String otherwise, String meaning) {

        /** Of the cells of a row. */
        static Text of(String row) {
            String[] cells = row.substring(2, row.length() - 2).split(" *\\| *", -1);
            return new Text(cells[cells.length - 3], cells[cells.length - 1]);
        }

        /** Without links, for editors, which do not know the pages. */
        String plain(boolean withDefault) {
            String text = withDefault ? "%s Default: %s.".formatted(meaning, otherwise) : meaning;
            return text.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
        }
    }

    /** A setting by its path within the section. */
    private record Field(String path, RecordComponent component) {

        Setting setting() {
            return component.getAnnotation(Setting.class);
        }

        /** Whether it is the setting with this path, or in the section with this path. */
        boolean isIn(String other) {
            return path.equals(other) || path.startsWith(other + ".");
        }
    }

    @Test
    void thePageHasTheTablesOfTheSettings() throws IOException {
        String page = Files.readString(PAGE);
        Set<String> apart =
                TABLE.matcher(page)
                        .results()
                        .filter(table -> table.group(2) != null)
                        .flatMap(table -> Arrays.stream(table.group(2).split(", ")))
                        .collect(toSet());
        assertThat(TABLE.matcher(page).results().map(table -> table.group(1)).collect(toSet()))
                .as("sections with a table in " + PAGE)
                .containsExactlyInAnyOrderElementsOf(SECTIONS.keySet());
        Map<String, Text> texts = texts(page);
        check(PAGE, TABLE.matcher(page).replaceAll(table -> table(table, apart, texts)));
        assertThat(texts(Files.readString(PAGE)))
                .allSatisfy((path, text) -> assertThat(text.meaning()).as(path).isNotBlank());
    }

    @Test
    void theSchemaOfEditorsIsThatOfTheSettings() throws IOException {
        JsonNode schema = SettingsSchema.ofFile();
        describe(schema, TOP_LEVEL, "", texts(Files.readString(PAGE)));
        check(SCHEMA, text(schema, "\n") + "\n");
    }

    /** Adds the texts of the page to the settings in a schema. */
    private static void describe(
            JsonNode schema, String section, String prefix, Map<String, Text> texts) {
        schema.path("oneOf").forEach(alternative -> describe(alternative, section, "", texts));
        for (String elements : List.of("items", "additionalProperties")) {
            if (schema.path(elements).isObject()) {
                describe(schema.get(elements), section, "", texts);
            }
        }
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            String name = field.getKey();
            Text text = texts.get(section + ": " + prefix + name);
            if (text != null) {
                boolean required =
                        schema.path("required")
                                .valueStream()
                                .anyMatch(n -> n.asText().equals(name));
                boolean optional = !required && !text.otherwise().equals("none");
                ((ObjectNode) field.getValue())
                        .put(
                                "description",
                                text.plain(optional && !field.getValue().has("default")));
            }
            boolean isSection = SECTIONS.containsKey(name) || SAME.containsKey(name);
            describe(
                    field.getValue(),
                    isSection ? SAME.getOrDefault(name, name) : section,
                    isSection ? "" : prefix + name + ".",
                    texts);
        }
    }

    /** The texts of all rows, by section and path. */
    private static Map<String, Text> texts(String page) {
        Map<String, Text> texts = new TreeMap<>();
        TABLE.matcher(page)
                .results()
                .forEach(
                        table ->
                                ROW.matcher(table.group(3))
                                        .results()
                                        .forEach(
                                                row ->
                                                        texts.put(
                                                                table.group(1)
                                                                        + ": "
                                                                        + row.group(1),
                                                                Text.of(row.group()))));
        return texts;
    }

    private static void check(Path file, String expected) throws IOException {
        if ("write".equals(System.getProperty("mess.docs"))) {
            Files.writeString(file, expected);
        }
        assertThat(Files.readString(file)).as(HINT, file).isEqualTo(expected);
    }

    private static Map<String, Class<?>> sections() {
        Map<String, Class<?>> sections = new TreeMap<>();
        for (RecordComponent component : MessConfig.class.getRecordComponents()) {
            Class<?> section = (Class<?>) element(component.getGenericType());
            if (section.isRecord() && !SAME.containsKey(component.getName())) {
                sections.put(component.getName(), section);
            }
        }
        sections.put(TOP_LEVEL, MessConfig.class);
        sections.put(ENERGY, EnergySection.class);
        return sections;
    }

    private static String table(MatchResult table, Set<String> apart, Map<String, Text> texts) {
        String section = table.group(1);
        boolean alternatives = section.equals(ENERGY) || section.equals(SCORERS);
        List<String> only = table.group(2) == null ? null : List.of(table.group(2).split(", "));
        StringBuilder text = new StringBuilder("<!-- settings: " + section);
        text.append(only == null ? "" : ": " + table.group(2)).append(" -->\n");
        text.append(alternatives ? "| field | for | default | range | meaning |\n|---" : "")
                .append(alternatives ? "" : "| field | default | range | meaning |\n")
                .append("|---|---|---|---|\n");
        Map<Field, String> fields = new LinkedHashMap<>();
        switch (section) {
            case ENERGY -> fields.putAll(ofEnergy());
            case SCORERS -> fields.putAll(ofScorers());
            default -> fields(SECTIONS.get(section), "").forEach(field -> fields.put(field, null));
        }
        fields.forEach(
                (field, sources) -> {
                    boolean here =
                            only == null
                                    ? apart.stream().noneMatch(field::isIn)
                                    : only.stream().anyMatch(field::isIn);
                    if (here) {
                        Text own =
                                texts.getOrDefault(section + ": " + field.path(), new Text("", ""));
                        text.append("| `%s` | ".formatted(field.path()))
                                .append(sources == null ? "" : sources + " | ")
                                .append(defaultOf(field, own.otherwise()) + " | ")
                                .append((range(field) + " | ").stripLeading())
                                .append(own.meaning() + " |\n");
                    }
                });
        return text.append("<!-- end -->").toString().replace("\\", "\\\\").replace("$", "\\$");
    }

    /** The settings of a section and of those in it, but for sections with tables of their own. */
    private static List<Field> fields(Class<?> section, String prefix) {
        List<Field> fields = new ArrayList<>();
        for (RecordComponent component : section.getRecordComponents()) {
            String path = prefix + SettingsSchema.name(component);
            if (!component.isAnnotationPresent(Setting.class)) {
                continue;
            }
            Class<?> type = (Class<?>) element(component.getGenericType());
            if (!type.isRecord() || type == SourceSection.class) {
                fields.add(new Field(path, component));
            } else if (section != MessConfig.class && type != EnergySection.class) {
                fields.addAll(fields(type, path + "."));
            }
        }
        return fields;
    }

    /** The fields of energy sections, with the sources that have them. */
    private static Map<Field, String> ofEnergy() {
        Map<Field, String> fields = new LinkedHashMap<>();
        fields(SourceSection.class, "").forEach(field -> fields.put(field, "all"));
        List<Field> ofAll = fields(EnergySection.class, "");
        fields.put(ofAll.get(0), "instead of `source`");
        List<JsonSubTypes.Type> sources = sources(EnergySourceNames.class);
        fields.putAll(own(sources));
        String ofDevices = names(sources, EnergySource.OfDevices.class::isAssignableFrom);
        fields(DeviceSection.class, "").forEach(field -> fields.put(field, ofDevices));
        ofAll.subList(1, ofAll.size()).forEach(field -> fields.put(field, "all"));
        return fields;
    }

    /** The fields of scorers, with the scorers that have them. */
    private static Map<Field, String> ofScorers() {
        Map<Field, String> fields = new LinkedHashMap<>();
        fields(ScorerSection.class, "").forEach(field -> fields.put(field, "all"));
        fields.putAll(own(sources(ScorerNames.class)));
        return fields;
    }

    private static List<JsonSubTypes.Type> sources(Class<?> names) {
        return List.of(names.getAnnotation(JsonSubTypes.class).value());
    }

    /** The fields that some sources have, with these sources. */
    private static Map<Field, String> own(List<JsonSubTypes.Type> sources) {
        Map<Field, String> fields = new LinkedHashMap<>();
        Map<String, Field> own = new LinkedHashMap<>();
        sources.forEach(
                source ->
                        fields(source.value(), "")
                                .forEach(field -> own.putIfAbsent(field.path(), field)));
        own.forEach(
                (path, field) ->
                        fields.put(
                                field,
                                names(
                                        sources,
                                        type ->
                                                fields(type, "").stream()
                                                        .anyMatch(f -> f.path().equals(path)))));
        return fields;
    }

    private static String names(List<JsonSubTypes.Type> sources, Predicate<Class<?>> which) {
        return sources.stream()
                .filter(source -> which.test(source.value()))
                .map(source -> "`" + source.name() + "`")
                .collect(joining(", "));
    }

    private static Type element(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return arguments[arguments.length - 1];
        }
        return type;
    }

    private static String defaultOf(Field field, String otherwise) {
        Setting setting = field.setting();
        String value = setting.byDefault();
        if (!value.isEmpty()) {
            return value.matches("[0-9.]+") ? number(Double.parseDouble(value)) : "`" + value + "`";
        }
        boolean stale = otherwise.equals("required") && !setting.required();
        if (!otherwise.isEmpty() && !stale) {
            return otherwise;
        }
        return setting.required() ? "required" : "none";
    }

    private static String range(Field field) {
        Setting setting = field.setting();
        boolean isList = field.component().getType() == List.class;
        String elements = range((Class<?>) element(field.component().getGenericType()), setting);
        if (!isList) {
            return elements;
        }
        String size =
                setting.minItems() == 0
                        ? "a list"
                        : "a list of %d to %s"
                                .formatted(setting.minItems(), number(setting.maxItems()));
        return elements.isEmpty() ? size : size + ", each " + elements;
    }

    private static String range(Class<?> type, Setting setting) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> "`" + SettingsSchema.spelling((Enum<?>) constant) + "`")
                    .collect(joining(", "));
        }
        if (type == EnergySource.class) {
            return names(sources(EnergySourceNames.class), source -> true);
        }
        if (type == ScorerConfig.class) {
            return names(sources(ScorerNames.class), source -> true);
        }
        if (type == boolean.class) {
            return "`true`, `false`";
        }
        if (!setting.expected().isEmpty()) {
            return setting.expected().replace("${env:NAME}", "`${env:NAME}`");
        }
        JsonNode rules = SettingsSchema.scalar(type, setting);
        JsonNode max = rules.path("maximum");
        String above = rules.path("exclusiveMinimum").asText();
        if (!rules.has("minimum")) {
            return (above.isEmpty() ? "" : "above " + above)
                    + (max.isMissingNode() ? "" : ", at most " + number(max.asDouble()));
        }
        String min = number(rules.get("minimum").asDouble());
        return max.isMissingNode() ? "at least " + min : min + " to " + number(max.asDouble());
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,d", (long) value)
                : String.valueOf(value);
    }

    /** Has one line for a mapping or list of plain values. */
    private static String text(JsonNode node, String newLine) {
        boolean nested = false;
        for (JsonNode child : node) {
            nested |= child.isObject() || (child.isArray() && child.path(0).isContainerNode());
        }
        if (!nested) {
            return node.toString();
        }
        String within = newLine + "  ";
        List<String> parts = new ArrayList<>();
        if (node.isObject()) {
            node.properties()
                    .forEach(
                            field ->
                                    parts.add(
                                            "\"%s\": %s"
                                                    .formatted(
                                                            field.getKey(),
                                                            text(field.getValue(), within))));
        } else {
            node.forEach(element -> parts.add(text(element, within)));
        }
        String inside = within + String.join("," + within, parts) + newLine;
        return node.isObject() ? "{" + inside + "}" : "[" + inside + "]";
    }
}
