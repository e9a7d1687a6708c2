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
 * @param maxBodyBytes largest body of a call other than a file
 * @param maxBatches most batches that run at a time; others wait
 * @param spool folder for the files of batches that run
 */
@RecordBuilder
public record DoorOptions(
        String host,
        int port,
        Path certificate,
        Path privateKey,
        Duration timeout,
        int maxBodyBytes,
        int maxBatches,
        Path spool) {}
