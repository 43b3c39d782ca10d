package harness

import org.codehaus.groovy.ast.ASTNode
import org.codehaus.groovy.ast.ClassCodeVisitorSupport
import org.codehaus.groovy.ast.ClassNode
import org.codehaus.groovy.ast.ImportNode
import org.codehaus.groovy.ast.MethodNode
import org.codehaus.groovy.ast.expr.BinaryExpression
import org.codehaus.groovy.ast.expr.CastExpression
import org.codehaus.groovy.ast.expr.ClosureExpression
import org.codehaus.groovy.ast.expr.ConstantExpression
import org.codehaus.groovy.ast.expr.ConstructorCallExpression
import org.codehaus.groovy.ast.expr.Expression
import org.codehaus.groovy.ast.expr.MapExpression
import org.codehaus.groovy.ast.expr.MethodCallExpression
import org.codehaus.groovy.ast.expr.MethodPointerExpression
import org.codehaus.groovy.ast.expr.NamedArgumentListExpression
import org.codehaus.groovy.ast.expr.PropertyExpression
import org.codehaus.groovy.ast.expr.SpreadExpression
import org.codehaus.groovy.ast.expr.TupleExpression
import org.codehaus.groovy.ast.expr.VariableExpression
import org.codehaus.groovy.ast.stmt.ExpressionStatement
import org.codehaus.groovy.ast.stmt.Statement
import org.codehaus.groovy.classgen.GeneratorContext
import org.codehaus.groovy.control.CompilePhase
import org.codehaus.groovy.control.SourceUnit
import org.codehaus.groovy.control.customizers.CompilationCustomizer

/**
 * What Jenkins would refuse, or what would break there, though plain Groovy takes it:
 * - script-security's sandbox lets only listed methods and properties be called, and no constructor here;
 * - CPS runs closures that Groovy's own library calls only in part: loops are `for`;
 * - what is held across a step is serialized: a Matcher cannot be;
 * - Declarative takes nothing but steps directly in `steps` and in the conditions of `post`.
 * And a rule of this house: a shell script is a constant whose variables stand in double quotes.
 * ../../README.md says what it cannot see.
 */
class Rules extends CompilationCustomizer {

    static final List<String> IMPORTS = ['groovy.transform.Field',
        'org.jenkinsci.plugins.workflow.steps.FlowInterruptedException',]
    static final List<String> SECTIONS = Declarative.KNOWN_OPTIONS + Declarative.CONDITIONS + ['pipeline', 'agent',
        'label', 'options', 'environment', 'stages', 'stage', 'when', 'beforeAgent', 'expression', 'steps', 'post',
        'logRotator',]

    Rules() {
        super(CompilePhase.CONVERSION)
    }

    @Override
    void call(SourceUnit source, GeneratorContext context, ClassNode script) {
        script.module.imports.each { ImportNode each ->
            if (!(each.className in IMPORTS)) {
                throw new Refused("import ${each.className}")
            }
        }
        if (script.module.starImports || script.module.staticImports || script.module.staticStarImports) {
            throw new Refused('an import of more than one name, or a static one')
        }
        ClassNode other = script.module.classes.find { !it.script }
        if (other) {
            throw new Refused("class ${other.name}: a Jenkinsfile has methods and no classes")
        }
        RulesVisitor visitor = new RulesVisitor(source, script)
        script.module.methods.each { visitor.visitMethod(it) }
        script.module.statementBlock.visit(visitor)
    }

}

/** Walks through all of it and refuses the first thing that is wrong. */
class RulesVisitor extends ClassCodeVisitorSupport {

    final SourceUnit sourceUnit
    private final List<String> own
    private final Kinds kinds

    RulesVisitor(SourceUnit source, ClassNode script) {
        sourceUnit = source
        own = script.module.methods*.name + script.module.methods*.parameters.flatten()*.name
        kinds = Kinds.declaredIn(source, script)
    }

    private void refuse(Object what, ASTNode where) {
        throw new Refused("line ${where.lineNumber}: ${what}")
    }

    @Override
    void visitMethod(MethodNode method) {
        if (method.annotations) {
            throw new Refused("${method.name}: an annotation")
        }
        if (method.parameters.any { it.initialExpression }) {
            refuse("${method.name}: a parameter with a value of its own", method)
        }
        super.visitMethod(method)
    }

    @Override
    void visitConstructorCallExpression(ConstructorCallExpression made) {
        refuse("new ${made.type.name}", made)
    }

    @Override
    void visitMethodPointerExpression(MethodPointerExpression pointer) {
        refuse('a method pointer', pointer)
    }

    @Override
    void visitCastExpression(CastExpression cast) {
        refuse("a cast to ${cast.type.nameWithoutPackage}, which may make an object", cast)
    }

    @Override
    void visitSpreadExpression(SpreadExpression spread) {
        refuse('a spread', spread)
    }

    @Override
    void visitPropertyExpression(PropertyExpression property) {
        Expression of = property.objectExpression
        if (property.spreadSafe) {
            refuse('a spread', property)
        }
        if (property.propertyAsString == null || kinds.of(property) == null) {
            refuse("the property '${property.propertyAsString}' of what is not known to be a map, env, params or " +
                'currentBuild', property)
        }
        // The variable's name is no expression of its own.
        if (!(of instanceof VariableExpression)) {
            super.visitPropertyExpression(property)
        }
    }

    @Override
    void visitBinaryExpression(BinaryExpression operation) {
        String sign = operation.operation.text
        if (sign == '=~') {
            refuse('=~ makes a Matcher, which no step can be held across', operation)
        }
        if (sign == '[' && !(kinds.of(operation.leftExpression) in ['Map', 'List'])) {
            refuse('[ ] of what is not known to be a map or a list', operation)
        }
        super.visitBinaryExpression(operation)
    }

    @Override
    void visitMethodCallExpression(MethodCallExpression call) {
        String name = call.methodAsString
        if (name == null) {
            refuse('a method whose name is computed', call)
        } else if (call.implicitThis) {
            if (!(name in own || name in Rules.SECTIONS || Steps.KNOWN[name])) {
                refuse("no step '${name}' among those that the harness knows", call)
            }
        } else {
            method(name, call)
        }
        Expression last = arguments(call) ? arguments(call).last() : null
        boolean holdsSteps = name == 'steps' || name in Declarative.CONDITIONS
        if (call.implicitThis && holdsSteps && last instanceof ClosureExpression) {
            onlySteps(name, last)
        }
        if (call.implicitThis && name == 'sh') {
            shell(call)
        }
        super.visitMethodCallExpression(call)
    }

    private void method(String name, MethodCallExpression call) {
        Map known = Kinds.METHODS[name]
        String kind = kinds.of(call.objectExpression)
        if (known == null || call.spreadSafe) {
            refuse("'${name}' is not among the methods that the sandbox lets pass", call)
        }
        if (!(kind in known.of)) {
            refuse("'${name}' is one of ${known.of.join(', ')}, and this is ${kind ?: 'not known'}", call)
        }
        if (arguments(call).any { it instanceof ClosureExpression }) {
            refuse("a closure for '${name}'", call)
        }
    }

    private static List<Expression> arguments(MethodCallExpression call) {
        call.arguments instanceof TupleExpression ? call.arguments.expressions : [call.arguments]
    }

    private void onlySteps(String section, ClosureExpression body) {
        body.code.statements.each { Statement each ->
            Expression step = each instanceof ExpressionStatement ? each.expression : null
            if (!(step instanceof MethodCallExpression && step.implicitThis)) {
                refuse("only steps may stand in '${section}': put it into script { }", body)
            }
        }
    }

    private void shell(MethodCallExpression call) {
        Expression script = arguments(call).first()
        if (script instanceof NamedArgumentListExpression || script instanceof MapExpression) {
            script = script.mapEntryExpressions.find { it.keyExpression.text == 'script' }?.valueExpression
        }
        if (!(script instanceof ConstantExpression)) {
            refuse('a script for a shell is a constant in single quotes', call)
        }
        String bare = Quoting.unquoted(script.value as String)
        if (bare) {
            refuse("\$${bare} stands outside of double quotes", call)
        }
    }

}
