// Job DSL of the restore. `commonSettings` and `jenkinsJobsConfig` come from the seed job (README.md).
// How long builds are kept, and that one runs at a time, stands in the Jenkinsfile.
// Its branch is not the user's to choose: another could do without the approval.
Map jenkinsPipelineRepo = commonSettings['jenkins-pipeline-repo']
Map jobConfig = jenkinsJobsConfig['admin_ssm_restore_job']

pipelineJob("Admin_Jobs/${jobConfig.name}") {
    displayName(jobConfig.displayName)
    description('直近の正常なバックアップから SSM Parameter Store のパラメータをリストアします。計画を表示し、承認後に実行します。')

    parameters {
        choiceParam('ENVIRONMENT', jobConfig.environments ?: ['dev', 'prod'], '環境を選択')
        stringParam('REGION', '', 'リストアするリージョン（空欄はデフォルトリージョン）')
        booleanParam('DRY_RUN', true, 'ドライランモード（計画のみを表示し、何も書き込まない）')
        booleanParam('FORCE_OVERWRITE', false, '内容が異なる既存のパラメータを上書きする')
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
                    branch(jobConfig.branch ?: 'main')
                }
            }
            scriptPath(jobConfig.jenkinsfile)
            lightweight(true)
        }
    }
}
