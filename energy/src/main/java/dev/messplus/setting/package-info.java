/** How a record says of its components what a user may set them to. */
package dev.messplus.setting;
