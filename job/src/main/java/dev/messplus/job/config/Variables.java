package dev.messplus.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces {@code ${env:NAME}} in the strings of a configuration by environment variables. */
final class Variables {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");

    /** The value of a variable; {@code null} if it is not set. */
    private final UnaryOperator<String> environment;

    /** The paths at which variables are replaced. */
    private final Predicate<String> paths;

    private Variables(UnaryOperator<String> environment, Predicate<String> paths) {
        this.environment = environment;
        this.paths = paths;
    }

    static Variables of(Map<String, String> environment) {
        return new Variables(environment::get, path -> true);
    }

    /**
     * Takes the variables of one section from {@code environment}, and leaves others as they are.
     */
    static Variables ofSection(String section, Map<String, String> environment) {
        return new Variables(environment::get, path -> path.startsWith(section + "."));
    }

    static Variables unresolved() {
        return new Variables(name -> null, path -> false);
    }

    /** Whether a value contains a variable that was left as it is. */
    static boolean isUnresolved(String value) {
        return value != null && VARIABLE.matcher(value).find();
    }

    /**
     * Replaces the variables of a tree in place, and returns the new tree.
     *
     * @param errors receives an error for each variable that is not set
     */
    JsonNode resolve(JsonNode tree, List<String> errors) {
        return resolve(tree, "", errors);
    }

    private JsonNode resolve(JsonNode node, String path, List<String> errors) {
        if (node.isTextual()) {
            return resolveText(node.textValue(), path, errors);
        }
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                String fieldPath = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                field.setValue(resolve(field.getValue(), fieldPath, errors));
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, resolve(array.get(i), path + "[" + i + "]", errors));
            }
        }
        return node;
    }

    private JsonNode resolveText(String text, String path, List<String> errors) {
        if (!paths.test(path)) {
            return TextNode.valueOf(text);
        }
        Matcher matcher = VARIABLE.matcher(text);
        return TextNode.valueOf(
                matcher.replaceAll(
                        match -> {
                            String value = environment.apply(match.group(1));
                            if (value == null) {
                                errors.add(
                                        "%s: the environment variable %s is not set"
                                                .formatted(path, match.group(1)));
                                return "";
                            }
                            return Matcher.quoteReplacement(value);
                        }));
    }
}
