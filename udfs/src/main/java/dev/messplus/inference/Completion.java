package dev.messplus.inference;

import dev.messplus.energy.Usage;

/**
 * A model's answer as its server gave it.
 *
 * @param content the text; may be empty
 */
record Completion(String content, Usage usage) {}
