/**
 * The command {@code mess}, with one class per subcommand. Takes options and files, passes them to
 * {@code local}, {@code replay}, a cluster's REST API or Kafka, and prints tables and errors that
 * say how to fix them.
 */
package dev.messplus.cli;
