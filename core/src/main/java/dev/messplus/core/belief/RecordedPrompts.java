package dev.messplus.core.belief;

import dev.messplus.core.Checks;
import java.io.Serializable;

/**
 * A group of recorded prompts that are alike.
 *
 * @param features mean features of the prompts, all finite
 * @param rows number of the prompts, at least 1
 */
public record RecordedPrompts(float[] features, long rows) implements Serializable {

    public RecordedPrompts {
        Checks.finite("features", features);
        Checks.atLeast(1, "rows", rows);
    }
}
