export { safeFileName } from './file-name';
export {
  FramesMissing,
  SourceMissing,
  Workspace,
  frameName,
  sync,
  tarName,
  targetName,
  txtName,
  type Artifact,
  type Attempt,
} from './workspace';
