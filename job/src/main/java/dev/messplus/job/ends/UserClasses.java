package dev.messplus.job.ends;

import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Type;
import java.util.List;
import org.apache.flink.api.common.functions.InvalidTypesException;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.java.typeutils.TypeExtractor;
import org.apache.flink.util.InstantiationUtil;

/**
 * Creates objects of classes that a configuration names.
 *
 * @param loader finds the classes of users
 * @param errors receives what is wrong with a class: its setting, the problem, and the fix
 */
public record UserClasses(ClassLoader loader, List<String> errors) {

    /** An object that reads values; {@code null} without a name, or after an error. */
    @SuppressWarnings("unchecked") // Of the type that is checked.
    public DeserializationSchema<String> reader(String path, String name) {
        DeserializationSchema<?> schema =
                serializable(path, create(path, name, DeserializationSchema.class));
        if (schema != null && schema.getProducedType().getTypeClass() != String.class) {
            errors.add(
                    "%s: must make strings, which are JSON, but %s makes %s"
                            .formatted(path, name, schema.getProducedType()));
        }
        return (DeserializationSchema<String>) schema;
    }

    /** An object that writes values; {@code null} without a name, or after an error. */
    @SuppressWarnings("unchecked") // Of the type that is checked.
    public SerializationSchema<String> writer(String path, String name) {
        SerializationSchema<?> schema =
                serializable(path, create(path, name, SerializationSchema.class));
        if (schema != null && !takesStrings(schema.getClass())) {
            errors.add(
                    "%s: must take strings, which are JSON, but %s does not".formatted(path, name));
        }
        return (SerializationSchema<String>) schema;
    }

    /** Whether a class may take strings: it can hide from reflection what it takes. */
    private static boolean takesStrings(Class<?> schema) {
        try {
            Type taken = TypeExtractor.getParameterType(SerializationSchema.class, schema, 0);
            return !(taken instanceof Class<?> type) || type.isAssignableFrom(String.class);
        } catch (InvalidTypesException e) {
            return true;
        }
    }

    /** An object of a type; {@code null} without a name, or after an error. */
    public <T> T create(String path, String name, Class<T> type) {
        if (name == null) {
            return null;
        }
        try {
            Class<?> found = Class.forName(name, true, loader);
            if (!type.isAssignableFrom(found)) {
                errors.add("%s: must implement %s, was %s".formatted(path, type.getName(), name));
            } else if (!InstantiationUtil.isPublic(found)
                    || !InstantiationUtil.isProperClass(found)
                    || !InstantiationUtil.hasPublicNullaryConstructor(found)) {
                errors.add(
                        "%s: must be a public class with a public constructor without arguments, was %s"
                                .formatted(path, name));
            } else {
                return type.cast(InstantiationUtil.instantiate(found));
            }
        } catch (ClassNotFoundException e) {
            errors.add(
                    "%s: there is no class %s; submit its jar with mess submit --jar, or put it into Flink's folder lib"
                            .formatted(path, name));
        } catch (LinkageError e) {
            errors.add(
                    "%s: the class %s cannot be used: %s; its jar must contain what it needs, except for Flink"
                            .formatted(path, name, e));
        } catch (RuntimeException e) {
            errors.add(
                    "%s: the constructor of %s failed: %s"
                            .formatted(path, name, e.getCause() == null ? e : e.getCause()));
        }
        return null;
    }

    /** The object, which must be able to travel to the tasks. */
    private <T extends Serializable> T serializable(String path, T object) {
        if (object == null) {
            return null;
        }
        try {
            byte[] unused = InstantiationUtil.serializeObject(object);
        } catch (IOException e) {
            errors.add(
                    "%s: must be serializable, but %s is not: %s; make such fields transient, and set them in open()"
                            .formatted(path, object.getClass().getName(), e));
        }
        return object;
    }
}
