/**
 * fast-check with the same seed in every run, so that a run fails by what has changed and not by chance. FTPWALL_SEED is
 * another one, for whoever wants to try what was not tried yet.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.FTPWALL_SEED ?? 20_261_130) });

export default fc;
