// Job DSL of the restore. `commonSettings` and `jenkinsJobsConfig` come from the seed job (README.md).
Map jenkinsPipelineRepo = commonSettings['jenkins-pipeline-repo']
Map jobConfig = jenkinsJobsConfig['admin_ssm_restore_job']

pipelineJob("Admin_Jobs/${jobConfig.name}") {
    displayName(jobConfig.displayName)
    description('最新のバックアップからSSM Parameter Storeのパラメータを復元します。計画を表示し、承認後に実行します。')
    keepDependencies(false)
    disabled(false)

    logRotator {
        daysToKeep(30)
        numToKeep(100)
        artifactDaysToKeep(-1)
        artifactNumToKeep(-1)
    }

    properties {
        disableConcurrentBuilds {
            abortPrevious(false)
        }
    }

    parameters {
        choiceParam('ENVIRONMENT', jobConfig.environments ?: ['dev', 'prod'], '環境を選択')
        stringParam('REGION', '', '復元するリージョン（空欄はデフォルトリージョン）')
        booleanParam('DRY_RUN', true, 'ドライランモード（計画のみを表示し、何も書き込まない）')
        booleanParam('FORCE_OVERWRITE', false, '内容が異なる既存のパラメータを上書きする')
        stringParam('JENKINSFILE_BRANCH', 'main', 'Jenkinsfileが格納されているブランチ')
        choiceParam('AGENT_LABEL', ['ec2-fleet-micro', 'ec2-fleet-small', 'ec2-fleet-medium'],
            '実行するエージェントのラベル')
    }

    definition {
        cpsScm {
            scm {
                git {
                    remote {
                        url(jenkinsPipelineRepo.url)
                        credentials(jenkinsPipelineRepo.credentials)
                    }
                    branch('${JENKINSFILE_BRANCH}')
                }
            }
            scriptPath(jobConfig.jenkinsfile)
            lightweight(true)
        }
    }
}
