package dev.messplus.serve;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a door listens.
 *
 * @param host address on which it listens
 * @param port 0 for any free port
 * @param certificate file with the certificate chain, in PEM; {@code null} for plain HTTP
 * @param privateKey file with its private key, in PEM
 * @param timeout how long a caller waits at most
 * @param maxBodyBytes largest body of a call
 */
@RecordBuilder
public record DoorOptions(
        String host,
        int port,
        Path certificate,
        Path privateKey,
        Duration timeout,
        int maxBodyBytes) {}
