export { folderBytes, jobFolders, type JobFolder } from './inventory';
export { MARK, makeMark, readMark } from './mark';
export { PartialUploads, type Announcement, type PartialUpload } from './partial-uploads';
export { AttemptRevoked, Attempts, type Attempt, type Holder } from './attempts';
export { VolumeFull, VolumeGone, isVolumeFault } from './volume-fault';
export { FramesMissing, SourceMissing } from './missing';
export {
  PREVIEW_VIDEO,
  SUMMARY,
  frameName,
  peakName,
  tarName,
  targetName,
  txtName,
  type Artifact,
} from './names';
export { Workspace, sync, type Arrival, type Swept } from './workspace';
