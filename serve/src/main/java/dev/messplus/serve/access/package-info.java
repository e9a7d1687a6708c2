/** Who may do what: keys of tenants, their SLAs and their limits. */
package dev.messplus.serve.access;
