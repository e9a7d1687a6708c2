package dev.messplus.job.kafka.lineage;

import java.util.Properties;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.streaming.api.lineage.LineageDataset;
import org.apache.flink.streaming.api.lineage.LineageDatasetFacet;
import org.apache.flink.streaming.api.lineage.LineageVertex;
import org.apache.flink.streaming.api.lineage.LineageVertexProvider;

/**
 * Which topics the job reads and writes, as Flink reports it to those who listen for the lineage of
 * its jobs.
 */
public final class TopicLineage {

    private TopicLineage() {}

    /**
     * What the connector says of a source or sink, without the properties of its client: they may
     * hold passwords.
     */
    public static LineageVertex of(Object sourceOrSink) {
        LineageVertex vertex = ((LineageVertexProvider) sourceOrSink).getLineageVertex();
        for (LineageDataset topic : vertex.datasets()) {
            for (LineageDatasetFacet facet : topic.facets().values()) {
                if (facet instanceof KafkaDatasetFacet kafka) {
                    kafka.setProperties(new Properties());
                }
            }
        }
        return vertex;
    }
}
