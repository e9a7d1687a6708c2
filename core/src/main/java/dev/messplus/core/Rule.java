package dev.messplus.core;

import java.io.Serializable;

/** The settings of the rule that chooses models: {@link PaperRule} or {@link StreamRule}. */
public sealed interface Rule extends Serializable permits PaperRule.Config, StreamRule.Config {}
