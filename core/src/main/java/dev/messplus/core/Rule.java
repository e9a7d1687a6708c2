package dev.messplus.core;

import java.io.Serializable;

/** By which rule models are chosen, with its settings. */
public sealed interface Rule extends Serializable permits PaperRule.Config, StreamRule.Config {}
