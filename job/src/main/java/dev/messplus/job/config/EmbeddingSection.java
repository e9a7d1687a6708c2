package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code embedding}: what turns prompts into features. */
public record EmbeddingSection(
        @Setting(
                        value =
                                "What turns prompts into features: `static`, `all-MiniLM-L6-v2`, `hashing`, or the path of a folder with an ONNX sentence model (`model.onnx` and `tokenizer.json`).",
                        byDefault = "static")
                String model) {}
