// The images that Topolab runs by itself, pinned: the same scenario gives the same containers tomorrow. Where one can't
// be pulled, a substitute is built under the same name, so nothing else knows the difference.

/** Whether an image is one of Topolab's own, which are made here and in no registry. */
export function isOwnImage(ref: string): boolean {
  return ref.startsWith('topolab/');
}

/** A reference without its digest, in its two parts: `['host:5000/shop', '1.4']`. The tag is `latest` where none is named. */
export function splitTag(ref: string): [repository: string, tag: string] {
  const named = ref.split('@', 1)[0] ?? ref;
  const colon = named.lastIndexOf(':');
  // A colon before the last slash belongs to the registry's port.
  return colon > named.lastIndexOf('/') ? [named.slice(0, colon), named.slice(colon + 1)] : [named, 'latest'];
}

/** Marker for Topolab's own node image; the tag that is really launched is resolved when a run starts. */
export const NODE_IMAGE = 'topolab/node';
/** The same for the image of peers and trackers, which holds a BitTorrent client and tracker beside the node program. */
export const PEER_IMAGE = 'topolab/peer';
/** Marker for the helper that shapes links; the tag that is really launched is resolved when a run starts. */
export const NETADMIN_IMAGE = 'topolab/netadmin';
/** Marker for the program that presses on nodes from within; the tag that is really launched is resolved when a run starts. */
export const PRESSURE_IMAGE = 'topolab/pressure';
/** What is built from a folder of somebody's own; its tag is a hash of how. */
export const BUILT_IMAGE = 'topolab/built';
/** Default image of role `balancer`. */
export const HAPROXY_IMAGE = 'haproxy:3.0';
/** Default image of role `store`. */
export const POSTGRES_IMAGE = 'postgres:17';
/** Marker for that image with pgBackRest in it; the tag that is really launched is resolved when a run starts. */
export const STORE_IMAGE = 'topolab/store';
/** Default image of load generators. */
export const K6_IMAGE = 'grafana/k6:1.8.1';
export const PROMETHEUS_IMAGE = 'prom/prometheus:v2.53.3';
/** Base of substitutes for images that no registry offers. */
export const BASE_IMAGE = 'debian:trixie-slim';
/** Base of the node image. */
export const NODE_BASE_IMAGE = 'node:24-trixie-slim';
export const GRAFANA_IMAGE = 'grafana/grafana:12.2.0';
