package dev.messplus.parse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.record.Json;
import dev.messplus.record.OwnerParams;
import java.io.IOException;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Checks what the owner of a model or an SLA sets of the parameters of requests. Unlike a request,
 * an owner may set parameters that are unknown here, because the owner knows the server.
 */
public final class OwnerParamsCheck {

    private OwnerParamsCheck() {}

    /** What is wrong with defaults, each error with its setting below {@code params}. */
    public static List<String> ofDefaults(ObjectNode defaults) {
        List<String> errors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> param : defaults.properties()) {
            String problem = problem(param.getKey(), param.getValue());
            if (problem != null) {
                errors.add("params." + problem);
            }
        }
        return errors;
    }

    /** What is wrong with ceilings, each error with its setting below {@code maxParams}. */
    public static List<String> ofCeilings(Map<String, Double> ceilings) {
        List<String> errors = new ArrayList<>();
        ceilings.forEach(
                (name, ceiling) -> {
                    if (!OwnerParams.WITH_CEILING.contains(name)) {
                        errors.add(
                                "maxParams.%s: must be one of %s"
                                        .formatted(
                                                name,
                                                String.join(
                                                        ", ",
                                                        OwnerParams.WITH_CEILING.stream()
                                                                .sorted()
                                                                .toList())));
                    } else {
                        String problem = problem(name, Json.MAPPER.valueToTree(number(ceiling)));
                        if (problem != null) {
                            errors.add("maxParams." + problem);
                        }
                    }
                });
        return errors;
    }

    private static Number number(double value) {
        return value == Math.rint(value) ? (Number) Math.round(value) : (Number) value;
    }

    /** What is wrong with a parameter, with its name; {@code null} if it is as it must be. */
    private static String problem(String name, JsonNode value) {
        String json = Json.text(Json.MAPPER.createObjectNode().set(name, value));
        try (JsonCursor cursor = JsonCursor.before(CharBuffer.wrap(json.toCharArray()))) {
            cursor.nextValue();
            cursor.nextField();
            ChatParams.checkOfOwner(name, cursor);
            return null;
        } catch (InvalidRecordException e) {
            return e.getMessage();
        } catch (IOException e) {
            throw new IllegalStateException("Reading from memory cannot fail", e);
        }
    }
}
