/** What connection tracking says of packets. */
/** Connection-tracking states (nft(8), CT EXPRESSIONS). */
export type ConnectionState = 'new' | 'established' | 'related' | 'invalid' | 'untracked';

/**
 * What those who watch connections may be told (nft(8), CT EXPRESSION), without `helper`, `mark` and `secmark`: nft lists
 * these by words that it does not take back (measured with 1.0.6).
 */
export type ConnectionEvent = 'new' | 'related' | 'destroy' | 'reply' | 'assured' | 'protoinfo' | 'seqadj';
