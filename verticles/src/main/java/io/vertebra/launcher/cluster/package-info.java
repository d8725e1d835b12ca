/** Several nodes on one machine behind a balancer, for trying and for experiments; never for production. */
@NullMarked
package io.vertebra.launcher.cluster;

import org.jspecify.annotations.NullMarked;
