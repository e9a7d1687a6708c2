/** The sources that mess.yaml can name. One record each has its settings, and gives its joules. */
package dev.messplus.energy.source;
