package dev.messplus.inference;

import dev.messplus.energy.Usage;

/**
 * A chat completion, as the model server returned it.
 *
 * @param content the text; may be empty
 * @param usage tokens and energy that the server reports
 */
record Completion(String content, Usage usage) {}
