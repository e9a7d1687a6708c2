package dev.messplus.cli.kafka;

/** Kafka cannot do what a command asks for. The message says what to do, to people. */
public final class KafkaAccessException extends RuntimeException {

    KafkaAccessException(String message) {
        super(message);
    }

    KafkaAccessException(String message, Throwable cause) {
        super(message, cause);
    }
}
