package dev.messplus.cli;

/**
 * A command of {@code mess} that another module provides, annotated as picocli's commands are. The
 * module names its class in {@code META-INF/services}.
 */
public interface Subcommand {}
