/** Options of models that run one image at a time on one CPU. */
export const ONE_IMAGE = { intraOpThreads: 1, executionProviders: ['cpu'], maxBatch: 1 } as const;
