package dev.messplus.cli.probe;

/**
 * What is wrong with a model's server, as far as a probe can see.
 *
 * @param text begins with the path of the setting, and says how to mend it
 * @param certain whether the model cannot be called from this machine; otherwise it may work all
 *     the same
 */
public record Finding(String text, boolean certain) {}
