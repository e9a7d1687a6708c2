package dev.messplus.job.config;

/** What may be written where a secret belongs: the name of an environment variable. */
final class Secret {

    static final String PATTERN = "^\\$\\{env:[A-Za-z_][A-Za-z0-9_]*}$";

    static final String KEY =
            "${env:NAME}, where NAME is an environment variable that holds the key";

    static final String PASSWORD =
            "${env:NAME}, where NAME is an environment variable that holds the password";

    private Secret() {}
}
