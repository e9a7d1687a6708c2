/**
 * The command {@code mess}: a class per subcommand. Takes options and files, hands them to {@code
 * local}, {@code replay}, a cluster's REST API or Kafka, and prints tables and errors that a person
 * can act on.
 */
package dev.messplus.cli;
