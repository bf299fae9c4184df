export {
  FramesMissing,
  SourceMissing,
  Workspace,
  frameName,
  sync,
  tarName,
  targetName,
  txtName,
  type Arrival,
  type Artifact,
  type Attempt,
} from './workspace';
