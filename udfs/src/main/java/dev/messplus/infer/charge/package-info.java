/**
 * What a call took, as its meters report it: at once if they can, and corrected later if they know
 * better then.
 */
package dev.messplus.infer.charge;
