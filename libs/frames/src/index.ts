export { JobFrames, type FrameLimits } from './job-frames';
