package dev.messplus.setting;

/** What may be written where a secret belongs: the name of an environment variable. */
public final class Secret {

    public static final String PATTERN = "^\\$\\{env:[A-Za-z_][A-Za-z0-9_]*}$";

    public static final String KEY =
            "${env:NAME}, where NAME is an environment variable that holds the key";

    public static final String PASSWORD =
            "${env:NAME}, where NAME is an environment variable that holds the password";

    private Secret() {}
}
