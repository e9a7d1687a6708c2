package dev.messplus.job.restore;

import java.io.IOException;

/**
 * A checkpoint or savepoint from which no job can start, now or later: a file of it is missing or
 * too short, or its metadata cannot be read as such. An older one may be whole.
 */
public final class DamagedSnapshotException extends IOException {

    DamagedSnapshotException(String damage) {
        super(damage);
    }

    DamagedSnapshotException(String damage, Throwable cause) {
        super(damage, cause);
    }
}
