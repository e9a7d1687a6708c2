/** What is believed of accuracy: Bayesian linear regression on the features of prompts. */
package dev.messplus.core.belief;
