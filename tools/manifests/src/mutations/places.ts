/** Objects and fields that are mutated. */
export const PRE = 'Deployment/hs-pre-deploy';
export const INFER = 'Deployment/hs-infer-deploy';
export const POST = 'Deployment/hs-post-deploy';
export const CONFIG = 'ConfigMap/hs-config';
export const POD = 'spec.template.spec';
export const MAIN = `${POD}.containers[0]`;
