/** The two versions of IP. */
/** IP version. */
export type Version = 4 | 6;
