package harness

import org.codehaus.groovy.ast.ASTNode
import org.codehaus.groovy.ast.ClassCodeVisitorSupport
import org.codehaus.groovy.ast.ClassNode
import org.codehaus.groovy.ast.MethodNode
import org.codehaus.groovy.ast.Parameter
import org.codehaus.groovy.ast.expr.BinaryExpression
import org.codehaus.groovy.ast.expr.ClosureExpression
import org.codehaus.groovy.ast.expr.ConstantExpression
import org.codehaus.groovy.ast.expr.DeclarationExpression
import org.codehaus.groovy.ast.expr.Expression
import org.codehaus.groovy.ast.expr.GStringExpression
import org.codehaus.groovy.ast.expr.ListExpression
import org.codehaus.groovy.ast.expr.MapExpression
import org.codehaus.groovy.ast.expr.MethodCallExpression
import org.codehaus.groovy.ast.expr.PropertyExpression
import org.codehaus.groovy.ast.expr.TernaryExpression
import org.codehaus.groovy.ast.expr.VariableExpression
import org.codehaus.groovy.ast.stmt.CatchStatement
import org.codehaus.groovy.ast.stmt.ForStatement
import org.codehaus.groovy.control.SourceUnit

/**
 * What kind of value an expression has, as far as the declarations of a Jenkinsfile say it: the sandbox
 * judges a method by its receiver, and so must we. null: nobody knows.
 */
class Kinds extends ClassCodeVisitorSupport {

    /** Of script-security's generic-whitelist (`intdiv` of its NUMBER_MATH_NAMES): of what, and what it gives. */
    static final Map<String, Map> METHODS = [
        add: [of: ['List'], gives: 'boolean'],
        intdiv: [of: ['number'], gives: 'number'],
        join: [of: ['List'], gives: 'String'],
        replace: [of: ['String'], gives: 'String'],
        size: [of: ['List', 'Map'], gives: 'number'],
        toString: [of: ['GString', 'String', 'number'], gives: 'String'],
    ]
    static final Map<String, String> BUILD = [currentResult: 'String', description: 'String', displayName: 'String',
        duration: 'number', result: 'String',]
    static final List<String> NUMBERS = ['int', 'long', 'Integer', 'Long']

    final SourceUnit sourceUnit
    private final Map<String, String> declared = [:]
    private final Map<String, String> returned = [:]

    private Kinds(SourceUnit source) {
        sourceUnit = source
    }

    static Kinds declaredIn(SourceUnit source, ClassNode script) {
        Kinds kinds = new Kinds(source)
        script.module.methods.each { MethodNode each ->
            kinds.returned[each.name] = named(each.returnType)
            kinds.parameters(each.parameters)
            kinds.visitMethod(each)
        }
        script.module.statementBlock.visit(kinds)
        kinds
    }

    private static String named(ClassNode type) {
        String name = type.nameWithoutPackage
        name in NUMBERS ? 'number' : name
    }

    /** The same name for two kinds of things is neither. */
    private void declare(String name, ClassNode type) {
        String kind = named(type)
        declared[name] = declared.getOrDefault(name, kind) == kind ? kind : 'Object'
    }

    private void parameters(Parameter[] all) {
        all.each { declare(it.name, it.type) }
    }

    @Override
    void visitDeclarationExpression(DeclarationExpression made) {
        if (!made.multipleAssignmentDeclaration) {
            declare(made.variableExpression.name, made.variableExpression.originType)
        }
        super.visitDeclarationExpression(made)
    }

    @Override
    void visitClosureExpression(ClosureExpression closure) {
        parameters(closure.parameters ?: new Parameter[0])
        super.visitClosureExpression(closure)
    }

    @Override
    void visitForLoop(ForStatement loop) {
        declare(loop.variable.name, loop.variable.type)
        super.visitForLoop(loop)
    }

    @Override
    void visitCatchStatement(CatchStatement caught) {
        declare(caught.variable.name, caught.variable.type)
        super.visitCatchStatement(caught)
    }

    String of(ASTNode value) {
        switch (value) {
            case GStringExpression: return 'GString'
            case ListExpression: return 'List'
            case MapExpression: return 'Map'
            case VariableExpression: return declared[value.name]
            case ConstantExpression: return ofConstant(value.value)
            case PropertyExpression: return ofProperty(value)
            case TernaryExpression: return ofEither(value)
            case MethodCallExpression: return ofCall(value)
            case BinaryExpression: return ofOperation(value)
            default: return null
        }
    }

    private static String ofConstant(Object value) {
        value instanceof String ? 'String' : value instanceof Number ? 'number' : null
    }

    /** `env.A`, `params.A`, of the build, of a map, of an exception; else nobody knows what it would call. */
    private String ofProperty(PropertyExpression property) {
        Expression of = property.objectExpression
        String name = property.propertyAsString
        if (of instanceof VariableExpression && of.name in ['env', 'params', 'currentBuild']) {
            return [env: 'String', params: 'Object', currentBuild: BUILD[name]][of.name]
        }
        String kind = this.of(of)
        if (kind?.endsWith('Exception')) {
            return name == 'message' ? 'String' : null
        }
        boolean inside = of instanceof PropertyExpression && kind == 'Object' && root(of)
        kind == 'Map' || inside ? 'Object' : null
    }

    /** Maps and lists in a map of JSON hold nothing else. */
    private boolean root(PropertyExpression property) {
        Expression of = property.objectExpression
        this.of(of) == 'Map' || (of instanceof PropertyExpression && root(of))
    }

    private String ofEither(TernaryExpression either) {
        List<String> kinds = [of(either.trueExpression), of(either.falseExpression)]
        kinds[0] == kinds[1] ? kinds[0] : 'Object'
    }

    private String ofCall(MethodCallExpression call) {
        String name = call.methodAsString
        if (call.implicitThis) {
            return name == 'readJSON' ? 'Map' : returned[name]
        }
        METHODS[name]?.gives
    }

    private String ofOperation(BinaryExpression operation) {
        List<String> kinds = [of(operation.leftExpression), of(operation.rightExpression)]
        String sign = operation.operation.text
        if (sign in ['+', '-', '*'] && kinds == ['number', 'number']) {
            return 'number'
        }
        sign == '+' && kinds[0] in ['String', 'GString'] ? kinds[0] : 'Object'
    }

}
