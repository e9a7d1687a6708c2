/** What the job sets for the operators of the routing: models, SLAs, and the shards of an SLA. */
package dev.messplus.route.config;
