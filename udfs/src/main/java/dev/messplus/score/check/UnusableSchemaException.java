package dev.messplus.score.check;

import com.networknt.schema.JsonSchemaException;

/**
 * A schema that no value is validated against. The message continues a sentence that begins with
 * the schema, and quotes nothing of it, because it may come from a sender.
 */
final class UnusableSchemaException extends JsonSchemaException {

    private static final long serialVersionUID = 1;

    UnusableSchemaException(String message) {
        super(message);
    }
}
