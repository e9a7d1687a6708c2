package dev.messplus.setting;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A setting of mess.yaml: the component of a record, with its default and range. The JSON schema,
 * the defaults and the errors follow from it. What it does stands in docs/configuration.md.
 *
 * <p>The setting has the name of the component. Its type decides what may be written: a whole
 * number, a number, {@code true} or {@code false}, a text that is not empty, a constant of an enum
 * in lower case, a section of its own (a record), or a list or mapping of these. For a list or a
 * mapping, range and pattern are those of its elements.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

    /** What a section is about. Other settings have their texts in docs/configuration.md. */
    String value() default "";

    /** Whether it must be given. */
    boolean required() default false;

    /** The value that it has if it is not given; empty for {@code null}. */
    String byDefault() default "";

    /**
     * The numbers that are allowed, as an interval: {@code [1, 20]}, {@code (0, 1]} without 0,
     * {@code [0, )} without an upper end. Empty for all.
     */
    String range() default "";

    /** A regular expression that is found in every valid text; empty for none. */
    String pattern() default "";

    /** What is expected by {@link #pattern}, in words that follow "must be". */
    String expected() default "";

    /** The least number of elements of a list. */
    int minItems() default 0;

    /** The greatest number of elements of a list. */
    int maxItems() default Integer.MAX_VALUE;

    /** JSON types that may be written; empty for the one of the component. */
    String[] types() default {};
}
