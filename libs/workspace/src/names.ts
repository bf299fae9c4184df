/** Contract names of the files and folders that stages publish in a job's folder. */
export type Artifact =
  | 'src'
  | 'src_frame'
  | 'timeline.json'
  | 'sound.flac'
  | 'txts'
  | 'tar_frame'
  | 'target'
  | 'preview'
  | 'detections.ndjson'
  | 'tracks.json'
  | 'events.json'
  | 'thumbnail.jpg'
  | 'mp4';

/** Names of the files inside the artifacts. `n` counts frames from 0 and is not padded. */
export const frameName = (n: number) => `frame_${n}.jpg`;
export const txtName = (n: number) => `infer${n}.txt`;
export const tarName = (n: number) => `tar_${n}.jpg`;
export const targetName = (id: string) => `target_${id}.avi`;

/** Name in `mp4` of an MP4 that was requested with the options of this key. */
export const renderingName = (key: string) => `${key}.mp4`;

/** Files in `preview`: a video for browsers, its summary and small annotated frames. `n` counts the peaks from 0. */
export const PREVIEW_VIDEO = 'video.mp4';
/** The video without boxes, for browsers that cannot play the source. */
export const CLEAN_VIDEO = 'clean.mp4';
export const SUMMARY = 'summary.json';
export const peakName = (n: number) => `peak_${n}.jpg`;
/** An image of a tracked object. */
export const trackName = (id: number) => `track_${id}.jpg`;
