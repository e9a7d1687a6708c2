/** How a record states what its components may be set to, and checks of settings. */
package dev.messplus.setting;
