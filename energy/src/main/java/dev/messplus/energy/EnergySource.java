package dev.messplus.energy;

import java.io.Serializable;
import java.util.List;

/**
 * A source of joules, with the settings of its own. Its record is all that a new source takes,
 * beside its line in the list of the sources that mess.yaml may name.
 */
public sealed interface EnergySource extends Serializable {

    /** Name of the source in the configuration and in records, e.g. {@code nvml}. */
    String label();

    /** What a request will be charged beside its tokens, in joules; NaN if that is not known. */
    default double joulesPerRequest() {
        return Double.NaN;
    }

    /** What a token of a prompt will be charged, in joules; NaN if that is not known. */
    default double joulesPerPromptToken() {
        return Double.NaN;
    }

    /** What a token of an answer will be charged, in joules; NaN if that is not known. */
    default double joulesPerCompletionToken() {
        return Double.NaN;
    }

    /** Devices that count energy. */
    non-sealed interface OfDevices extends EnergySource {

        /**
         * Opens each device and reads it once.
         *
         * @param metering how the devices are going to be read
         * @return one counter per device, at least one; to be closed by the caller
         * @throws EnergyUnavailableException if a device cannot be read; no counter is left open
         */
        List<EnergyCounter> open(EnergyConfig.Metering metering) throws EnergyUnavailableException;

        /** The page that has the readings; {@code null} if devices of this host are read. */
        default String url() {
            return null;
        }

        /** Milliseconds between two readings, where the configuration does not say. */
        default long samplePeriodMillis() {
            return 50;
        }
    }

    /** What the model server reports with an answer; no device is read. */
    non-sealed interface OfAnswers extends EnergySource, EnergyConfig {

        /** Joules of an answer; NaN if what was reported does not say. */
        double joules(Usage usage);

        /** Whether the figure is an estimate, and no measurement. */
        boolean estimated();

        /** Whether the figure depends on how many calls run beside the one of the answer. */
        default boolean followsLoad() {
            return true;
        }

        /** Whether the figure depends on what the server reports, which may be absurd. */
        default boolean reported() {
            return true;
        }
    }
}
