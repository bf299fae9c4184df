export { folderBytes, jobFolders, type JobFolder } from './inventory';
export { MARK, makeMark, readMark } from './mark';
export { PartialUploads, type Announcement, type PartialUpload } from './partial-uploads';
export { AttemptRevoked, Attempts, type Attempt, type Holder } from './attempts';
export { VolumeFull, VolumeGone, isVolumeFault } from './volume-fault';
export {
  FramesMissing,
  PREVIEW_VIDEO,
  SUMMARY,
  SourceMissing,
  Workspace,
  frameName,
  peakName,
  sync,
  tarName,
  targetName,
  txtName,
  type Arrival,
  type Artifact,
  type Swept,
} from './workspace';
